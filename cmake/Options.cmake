# SPDX-License-Identifier: GPL-2.0-or-later
#
# What every target of this project is compiled with: link rstcause_options PRIVATE.

# rstcause_glob(OUT [RECURSE] PATTERN...): the files of the caller's folder that match, looked up anew
# at each build. Each pattern must match one: what nobody finds any more would be left out in silence,
# a suite of tests with all its tests.
function(rstcause_glob out)
  set(how GLOB)
  if(ARGV1 STREQUAL "RECURSE")
    set(how GLOB_RECURSE)
    list(POP_FRONT ARGN)
  endif()
  set(found)
  foreach(pattern IN LISTS ARGN)
    file(${how} matches CONFIGURE_DEPENDS "${pattern}")
    if(NOT matches)
      message(FATAL_ERROR "${CMAKE_CURRENT_SOURCE_DIR}: no file matches ${pattern}")
    endif()
    list(APPEND found ${matches})
  endforeach()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

add_library(rstcause_options INTERFACE)

target_compile_features(rstcause_options INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)

target_compile_options(rstcause_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(RSTCAUSE_WERROR)
  set(CMAKE_COMPILE_WARNING_AS_ERROR ON)
endif()

# The static libraries end up inside the plugin, which must export nothing but
# Wireshark's entry points.
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

# Everything is bound when the plugin is loaded (-z now): then a call of another library needs no
# detour.
if(NOT APPLE AND NOT WIN32)
  add_compile_options(-fno-plt)
endif()

# The same source gives the same plugin, in whatever folder it lies.
add_compile_options(
  "-ffile-prefix-map=${PROJECT_BINARY_DIR}=build"
  "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=rstcause")
# ... and headers have the names that they have in the source (plugin/CMakeLists.txt).
foreach(room IN ITEMS resp app wire memory judge tell engine layers explain glue capture)
  add_compile_options("-ffile-prefix-map=${PROJECT_BINARY_DIR}/rooms/${room}=rstcause/plugin")
endforeach()

if(RSTCAUSE_SANITIZE)
  string(REPLACE ";" "," sanitizers "${RSTCAUSE_SANITIZE}")
  target_compile_options(rstcause_options INTERFACE
    -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(rstcause_options INTERFACE -fsanitize=${sanitizers})
endif()

# "version.h.in" is the only place that turns the project's version into C++.
configure_file("${CMAKE_CURRENT_LIST_DIR}/version.h.in"
               "${PROJECT_BINARY_DIR}/generated/rstcause_version.h" @ONLY)
add_custom_target(rstcause_commit
  COMMAND "${CMAKE_COMMAND}" -D "SOURCE=${PROJECT_SOURCE_DIR}"
    -D "OUT=${PROJECT_BINARY_DIR}/generated/rstcause_commit.h"
    -P "${CMAKE_CURRENT_LIST_DIR}/Commit.cmake"
  BYPRODUCTS "${PROJECT_BINARY_DIR}/generated/rstcause_commit.h"
  COMMENT "")
