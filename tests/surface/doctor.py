# SPDX-License-Identifier: GPL-2.0-or-later
"""cmake/doctor.sh finds what keeps a plugin from being loaded, and says what to do.

Each test lays a home and a global plugin folder out as the mishap leaves them.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import surface

TSHARK = os.environ["RSTCAUSE_TSHARK"]
SERIES = os.environ["RSTCAUSE_SERIES"]
DOCTOR = pathlib.Path(__file__).parents[2] / "cmake" / "doctor.sh"
FRESH = surface.STAGE / "plugins" / SERIES / "epan" / "rstcause.so"

# A plugin of another series, as far as Wireshark and the doctor look at it.
STRANGER = """
const char plugin_version[] = "0.1.0";
const int plugin_want_major = 4, plugin_want_minor = 98;
const char built_for[] = "rstcause 0.1.0 for Wireshark 4.98";
void plugin_register(void) {}
"""


class Doctor(surface.Surface):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(dir=surface.STAGE))
        self.home, self.everybody = self.place / "home", self.place / "global"
        self.own = self.home / ".local/lib/wireshark/plugins" / SERIES / "epan"
        self.shared = self.everybody / SERIES / "epan"
        for folder in (self.own, self.shared):
            folder.mkdir(parents=True)
        self.doctor = shutil.copy(DOCTOR, self.place)

    def stranger(self, folder):
        """Compiles a plugin for another Wireshark into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([os.environ.get("CC", "c++"), "-shared", "-fPIC", "-x", "c", "-", "-o", folder / "rstcause.so"],
                       input=STRANGER, text=True, check=True)
        return folder / "rstcause.so"

    def fresh(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        return pathlib.Path(shutil.copy(FRESH, folder / "rstcause.so"))

    def ask(self, *arguments, root=False):
        """The doctor's exit status and report."""
        for where, _, files in os.walk(self.place):
            os.chmod(where, 0o755)
            for name in files:
                file = os.path.join(where, name)
                if os.path.exists(file) and os.stat(file).st_mode & 0o400:
                    os.chmod(file, 0o644)
        tshark = arguments or ("--tshark", TSHARK)
        command = [] if root else [str(surface.STAGE / "as-user")]
        # A plugin that was built with a sanitizer wants its runtime first. Of root's tshark none is read.
        preload = "" if root else os.environ.get("RSTCAUSE_PRELOAD", "")
        sanitized = [f"LD_PRELOAD={preload}", "ASAN_OPTIONS=detect_leaks=0"] if preload else []
        done = subprocess.run(
            [*command, "env", "-u", "XDG_CONFIG_HOME", f"HOME={self.home}", f"WIRESHARK_PLUGIN_DIR={self.everybody}",
             *sanitized, "/bin/sh", self.doctor, *tshark],
            capture_output=True, text=True, timeout=100, stdin=subprocess.DEVNULL)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def finds(self, *words, **how):
        """It must find something wrong, and say all of these words of it."""
        status, report = self.ask(**how)
        self.assertEqual(status, 1, report)
        findings = report[report.index("What is wrong:"):]
        for word in words:
            self.assertIn(str(word), findings)
        self.assertEqual(findings.count("\n- "), findings.count("\n  Remedy: "))
        return findings

    def test_nothing_is_wrong_with_a_plugin_in_its_place(self):
        for folder in (self.own, self.shared):
            with self.subTest(folder):
                file = self.fresh(folder)
                status, report = self.ask()
                self.assertEqual(status, 0, report)
                self.assertIn(f"for Wireshark {SERIES}", report)
                self.assertRegex(report, rf"loaded +\S+ from {file}\n")
                file.unlink()

    def test_no_tshark(self):
        status, report = self.ask("--tshark", self.place / "no-such-tshark")
        self.assertEqual(status, 1)
        self.assertIn("There is no", report)
        self.assertIn("Install it", report)

    def test_a_tshark_that_does_not_run(self):
        broken = self.place / "tshark"
        broken.write_text("#!/bin/sh\necho no libwireshark >&2\nexit 127\n")
        status, report = self.ask("--tshark", f"{self.place}/run-me")
        self.assertEqual(status, 1)
        broken.chmod(0o755)
        done = subprocess.run(["/bin/sh", self.doctor, "--tshark", broken], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not run: no libwireshark", done.stdout)

    def test_no_plugin_at_all(self):
        self.finds("There is no rstcause.so", "cmake --install build", self.own)

    def test_a_plugin_for_another_wireshark(self):
        file = self.stranger(self.own)
        self.finds(f"{file} is built for Wireshark 4.98", "skips", f"wireshark-dev (see README.md) and install into {self.own}")

    def test_a_plugin_for_another_wireshark_that_waits_for_it(self):
        file = self.stranger(self.own.parents[1] / "4.98" / "epan")
        self.finds(f"{file} is built for Wireshark 4.98", f"Install the package for Wireshark {SERIES}")

    def test_plugins_for_two_wiresharks_live_side_by_side(self):
        self.fresh(self.own)
        self.stranger(self.own.parents[1] / "4.98" / "epan")
        status, report = self.ask()
        self.assertEqual(status, 0, report)
        self.assertIn("0.1.0 for Wireshark 4.98", report)

    def test_the_right_plugin_in_the_wrong_folder(self):
        for wrong in (self.own.parent, self.own.parents[1], self.own.parents[1] / "4.98" / "epan"):
            with self.subTest(wrong):
                file = self.fresh(wrong)
                self.finds(f"{file} fits, but lies where Wireshark {SERIES} does not look", f"mv {file} {self.own}/")
                file.unlink()

    def test_a_plugin_that_may_not_be_read(self):
        file = self.fresh(self.own)
        file.chmod(0)
        if os.getuid() == 0:  # its owner may change that, so to an ordinary user it is somebody else's
            self.finds(f"{file} cannot be read", f"chmod a+r {file}")

    def test_a_file_that_is_no_plugin(self):
        file = self.own / "rstcause.so"
        file.write_text("Not found\n")  # what a bad download leaves
        self.finds(f"{file} is no rstcause plugin, or damaged", "tshark said: ", "install it again")

    def test_half_a_plugin(self):
        file = self.fresh(self.own)
        os.truncate(file, 1000)  # the dynamic linker of today dies of it, and tshark with it
        self.finds(file, "damaged", "install it again")

    def test_a_link_into_nowhere(self):
        (self.own / "rstcause.so").symlink_to(self.place / "removed")
        self.finds("is a link to a file that is not there")

    def test_two_plugins(self):
        files = {str(self.fresh(self.own)), str(self.fresh(self.shared))}
        findings = self.finds("There are two", "Remove the older one")
        for file in files:
            self.assertIn(file, findings)

    def test_a_protocol_switched_off(self):
        self.fresh(self.own)
        config = self.home / ".config/wireshark"
        config.mkdir(parents=True)
        (config / "disabled_protos").write_text("rstcause\n")
        self.finds(f"switched off by {config}/disabled_protos", "Enabled Protocols")

    @unittest.skipIf(os.getuid(), "asks what root sees")
    def test_root_with_a_personal_plugin(self):
        self.fresh(self.own)
        status, report = self.ask(root=True)
        self.assertEqual(status, 1)
        self.assertIn("in root's personal folder", report)
        self.assertIn("Run Wireshark as another user", report)

    def test_a_wireshark_of_another_series(self):
        programs = self.place / "bin"
        programs.mkdir()
        for name, version in (("tshark", SERIES + ".1"), ("wireshark", "4.98.0")):
            (programs / name).write_text(f"#!/bin/sh\necho 'T {version}.'\n")
        self.ask()  # makes the folders readable
        for name in ("tshark", "wireshark"):
            (programs / name).chmod(0o755)
        done = subprocess.run(["/bin/sh", self.doctor], capture_output=True, text=True,
                              env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"})
        self.assertEqual(done.returncode, 1)
        self.assertIn("wireshark (4.98.0) and tshark", done.stdout)

    def test_an_unknown_argument(self):
        done = subprocess.run(["/bin/sh", self.doctor, "--tshrak"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("--tshrak", done.stderr)


if __name__ == "__main__":
    surface.main()
