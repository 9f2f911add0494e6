# SPDX-License-Identifier: GPL-2.0-or-later
#
# The compiler keeps the wall between the engine and epan only while no include path
# happens to hold both. This keeps it everywhere: who may include what, by folder.

# The folders of Wireshark's and GLib's headers, and those headers that lie in none.
set(foreign "epan/|wiretap/|wsutil/|wireshark/|ws_|wireshark\\.h|glib|gmodule|gio/")

function(forbid folder what why)
  file(GLOB_RECURSE files "${PLUGIN}/${folder}/*.cpp" "${PLUGIN}/${folder}/*.h")
  if(NOT files)
    message(SEND_ERROR "No file stands in ${PLUGIN}/${folder}: whom does this watch over?")
  endif()
  foreach(file IN LISTS files)
    file(STRINGS "${file}" lines REGEX "^[ \t]*#[ \t]*include[ \t]*[<\"](${what})")
    foreach(line IN LISTS lines)
      message(SEND_ERROR "${file}: ${line}\n${why}")
    endforeach()
  endforeach()
endfunction()

forbid(engine "${foreign}" "The engine builds and tests without Wireshark: see .github/CONTRIBUTING.md.")
forbid(resp "${foreign}" "The RESP parser builds and tests without Wireshark: see .github/CONTRIBUTING.md.")
forbid(app "${foreign}" "The recognisers build and test without Wireshark: see .github/CONTRIBUTING.md.")
forbid(explain/layers "${foreign}" "The layers are read and tested without Wireshark: only explain/*.cpp asks wiretap.")
forbid(explain/layers "glue/|resp/|app/" "The layers hand over octets and ask nobody what they mean.")
forbid(explain/ladder "${foreign}|glue/" "A ladder is picked and tested without Wireshark: only explain/*.cpp asks wiretap.")
forbid(explain "epan/" "rstcause-explain dissects nothing: what needs epan is the plugin's.")
forbid(engine "glue/" "The engine is called by the glue and knows nothing of it.")
forbid(resp "glue/|engine/" "The RESP parser is used by the engine and knows nothing of it.")
forbid(app "glue/|engine/" "The recognisers are used by the engine and know nothing of it.")
