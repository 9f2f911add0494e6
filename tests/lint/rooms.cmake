# SPDX-License-Identifier: GPL-2.0-or-later
#
# One way down through the engine's rooms: which file may include what, by folder. The build keeps
# it too (plugin/CMakeLists.txt); this reads the files, those that nobody compiles included.
#
#   cmake -D PLUGIN=FOLDER -P rooms.cmake

cmake_minimum_required(VERSION 3.25)

# Of each room those that it may include besides itself.
set(below_engine/wire "")
set(below_engine/memory engine/wire resp app)
set(below_engine/judge engine/memory ${below_engine/memory})
set(below_engine/tell engine/judge ${below_engine/judge})
set(below_resp "")
set(below_app resp)

set(read 0)
foreach(room IN ITEMS engine/wire engine/memory engine/judge engine/tell resp app)
  file(GLOB_RECURSE files "${PLUGIN}/${room}/*.cpp" "${PLUGIN}/${room}/*.h")
  if(NOT files)
    message(SEND_ERROR "No file stands in ${PLUGIN}/${room}")
  endif()
  set(may "${room}" ${below_${room}})
  foreach(file IN LISTS files)
    file(STRINGS "${file}" lines REGEX "^[ \t]*#[ \t]*include[ \t]*\"")
    foreach(line IN LISTS lines)
      math(EXPR read "${read} + 1")
      string(REGEX REPLACE "^[^\"]*\"([^\"]*)\".*" "\\1" header "${line}")
      cmake_path(GET header PARENT_PATH folder)
      string(REGEX REPLACE "^(engine/[a-z]+)/.*" "\\1" folder "${folder}")
      if(NOT folder STREQUAL "engine" AND NOT folder MATCHES "^engine/")
        string(REGEX REPLACE "/.*" "" folder "${folder}")
      endif()
      if(NOT folder IN_LIST may)
        message(SEND_ERROR "${file}: ${line}\n${room}/ may include ${may} and nothing above: "
                           "see plugin/docs/architecture.md")
      endif()
    endforeach()
  endforeach()
endforeach()
if(read EQUAL 0)
  message(SEND_ERROR "No includes found below ${PLUGIN}")
endif()
