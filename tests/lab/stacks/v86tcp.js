// SPDX-License-Identifier: GPL-2.0-or-later
//
// The TCP of v86's network (npm's v86, a PC in a browser) behind a tap device.
//
//     node v86tcp.js FOLDER ADDRESS 3<>TAP
//
// FOLDER is that of the package, ADDRESS the one that its network answers at. Ethernet frames come
// and go by descriptor 3; says "ready" when the first one may come.
const fs = require("fs");
const path = require("path");

const TAP = 3, LONGEST_FRAME = 2000, EMPTY_AGAIN_MS = 2, GUEST = "192.0.2.77";
const [folder, address] = process.argv.slice(2);
const build = path.join(folder, "build");

// The library looks for a page first: it gets a module of its own and no globals.
const library = {exports: {}};
new Function("module", "exports", "require", "process", "globalThis",
             fs.readFileSync(path.join(build, "libv86.js"), "utf8"))(
    library, {}, require, process, globalThis);

const emulator = new library.exports.V86({
    wasm_path: path.join(build, "v86.wasm"), autostart: false,
    disable_keyboard: true, disable_mouse: true, disable_speaker: true,
    memory_size: 16 << 20, vga_memory_size: 2 << 20,
    net_device: {type: "ne2k", relay_url: "fetch", router_ip: address, vm_ip: GUEST,
                 masquerade: true},
});
emulator.emulator_bus.register(
    "net0-receive", frame => fs.writeSync(TAP, Buffer.from(frame)), null);

function readOn(buffer) {
    fs.read(TAP, buffer, 0, buffer.length, null, (error, count) => {
        if (error && error.code == "EAGAIN") {
            setTimeout(readOn, EMPTY_AGAIN_MS, buffer);
            return;
        }
        if (error) throw error;
        emulator.emulator_bus.send("net0-send", new Uint8Array(buffer.subarray(0, count)));
        setImmediate(readOn, buffer);
    });
}

emulator.add_listener("emulator-loaded", () => {
    readOn(Buffer.alloc(LONGEST_FRAME));
    console.log("ready");
});
setInterval(() => 0, 1000);
