# SPDX-License-Identifier: GPL-2.0-or-later
#
# The pages that were just installed below PAGES: links to what stays in the source become text, those
# to the samples lead to where they were installed (SAMPLES).

file(GLOB_RECURSE pages "${PAGES}/*.md")
foreach(page IN LISTS pages)
  cmake_path(GET page PARENT_PATH folder)
  file(READ "${page}" rest)
  set(text "")
  # Link by link, whose words may go over a line's end; what is before it, and a link that leads
  # somewhere, stays.
  while(rest MATCHES "\\[([^][\n]+\n?[^][\n]*)\\]\\(([^()# \n]+)(#[^() \n]*)?\\)")
    set(link "${CMAKE_MATCH_0}")
    set(words "${CMAKE_MATCH_1}")
    set(target "${CMAKE_MATCH_2}")
    string(FIND "${rest}" "${link}" begin)
    string(LENGTH "${link}" length)
    string(SUBSTRING "${rest}" 0 ${begin} before)
    math(EXPR end "${begin} + ${length}")
    string(SUBSTRING "${rest}" ${end} -1 rest)

    if(NOT target MATCHES "^[a-z]+:" AND NOT EXISTS "${folder}/${target}")
      cmake_path(ABSOLUTE_PATH target BASE_DIRECTORY "${folder}" NORMALIZE)
      cmake_path(RELATIVE_PATH target BASE_DIRECTORY "${PAGES}")
      if(target MATCHES "^sample-pcaps/(.*)" AND EXISTS "${SAMPLES}/${CMAKE_MATCH_1}")
        set(target "${SAMPLES}/${CMAKE_MATCH_1}")
        cmake_path(RELATIVE_PATH target BASE_DIRECTORY "${folder}")
        set(link "[${words}](${target})")
      elseif(words STREQUAL target)
        set(link "`${target}` of the source")
      else()
        set(link "${words} (`${target}` of the source)")
      endif()
    endif()
    string(APPEND text "${before}${link}")
  endwhile()
  file(WRITE "${page}" "${text}${rest}")
endforeach()
