# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sets `commit` and `committed` (seconds since 1970) of the folder SOURCE; empty where
# neither git nor the source archive tells.

# `git archive` has filled this in: in a source archive there is no git to ask.
file(STRINGS "${SOURCE}/cmake/archived.txt" archived LIMIT_COUNT 1)
if(archived MATCHES "^([0-9a-f]+) ([0-9]+)$")
  set(commit "${CMAKE_MATCH_1}")
  set(committed "${CMAKE_MATCH_2}")
  return()
endif()

set(commit "")
set(committed "")
find_program(RSTCAUSE_GIT git)
mark_as_advanced(RSTCAUSE_GIT)
if(RSTCAUSE_GIT AND EXISTS "${SOURCE}/.git")
  execute_process(COMMAND "${RSTCAUSE_GIT}" log -1 "--format=%H %ct"
                  WORKING_DIRECTORY "${SOURCE}" OUTPUT_VARIABLE head
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(head MATCHES "^([0-9a-f]+) ([0-9]+)$")
    set(commit "${CMAKE_MATCH_1}")
    set(committed "${CMAKE_MATCH_2}")
  endif()
endif()
