# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is installed beside the plugin: the manual pages, the doctor, the samples, README and its pages.

# A date for the manual page and the package, the same at every build of one source.
set(SOURCE "${PROJECT_SOURCE_DIR}")
include(cmake/Provenance.cmake)
set(RSTCAUSE_EPOCH "$ENV{SOURCE_DATE_EPOCH}")
if(NOT RSTCAUSE_EPOCH)
  set(RSTCAUSE_EPOCH "${committed}")
endif()
if(NOT RSTCAUSE_EPOCH)
  string(TIMESTAMP RSTCAUSE_EPOCH "%s" UTC)
endif()
unset(SOURCE)

# rstcause_date(VARIABLE FORMAT): that moment, in UTC and English.
function(rstcause_date variable format)
  set(ENV{SOURCE_DATE_EPOCH} "${RSTCAUSE_EPOCH}")
  string(TIMESTAMP text "${format}" UTC)
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

if(RSTCAUSE_USER_INSTALL)
  set(RSTCAUSE_DATA_DIR "$ENV{HOME}/.local/share/rstcause")
  set(rstcause_man_dir "$ENV{HOME}/.local/share/man")
  set(rstcause_doc_dir "$ENV{HOME}/.local/share/doc/rstcause")
else()
  set(RSTCAUSE_DATA_DIR share/rstcause)
  set(rstcause_man_dir share/man)
  set(rstcause_doc_dir share/doc/rstcause)
endif()
install(PROGRAMS cmake/doctor.sh DESTINATION "${RSTCAUSE_DATA_DIR}")
install(DIRECTORY sample-pcaps DESTINATION "${RSTCAUSE_DATA_DIR}")
if(NOT RSTCAUSE_USER_INSTALL)
  # As they lie in the sources: the links between them stay true, and the script sees to the others.
  install(FILES README.md DESTINATION "${rstcause_doc_dir}")
  install(DIRECTORY plugin/docs DESTINATION "${rstcause_doc_dir}/plugin")
  install(CODE "
    set(PAGES \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share/doc/rstcause\")
    set(SAMPLES \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${RSTCAUSE_DATA_DIR}/sample-pcaps\")
    include(\"${PROJECT_SOURCE_DIR}/cmake/InstalledPages.cmake\")")
else()
  # What rstcause.page names, and what rstcause-report takes of the pages, where it looks for them.
  install(FILES plugin/docs/calibration.md DESTINATION "${rstcause_doc_dir}/plugin/docs")
  install(DIRECTORY plugin/docs/causes DESTINATION "${rstcause_doc_dir}/plugin/docs")
endif()

# ---- The manual pages: plugin/manual/NAME.in, with the words of the catalogue and of the table of fields ----

rstcause_date(manual_date "%Y-%m-%d")
foreach(words IN ITEMS causes fields)
  add_executable(rstcause_${words} plugin/manual/${words}.cpp)
  target_link_libraries(rstcause_${words} PRIVATE rstcause_engine rstcause_options)
endforeach()

find_program(RSTCAUSE_GZIP gzip)
mark_as_advanced(RSTCAUSE_GZIP)
# Where it is after `cmake --install`; a relative folder lies below the prefix.
set(manual_plugin_dir "${rstcause_install_dir}")
set(manual_data_dir "${RSTCAUSE_DATA_DIR}")
set(manual_doc_dir "${rstcause_doc_dir}")
cmake_path(ABSOLUTE_PATH manual_plugin_dir BASE_DIRECTORY "${RSTCAUSE_FINAL_PREFIX}")
cmake_path(ABSOLUTE_PATH manual_data_dir BASE_DIRECTORY "${RSTCAUSE_FINAL_PREFIX}")
cmake_path(ABSOLUTE_PATH manual_doc_dir BASE_DIRECTORY "${RSTCAUSE_FINAL_PREFIX}")
set(manuals)
set(rstcause_pages rstcause.7 rstcause-batch.1 rstcause-ask.1 rstcause-compare.1 rstcause-explain.1
    rstcause-report.1)
if(TARGET rstcause-capture)
  list(APPEND rstcause_pages rstcause-capture.1)
endif()
foreach(page IN LISTS rstcause_pages)
  set(manual "${PROJECT_BINARY_DIR}/${page}")
  set(manual_installed "${manual}")
  set(compress)
  if(RSTCAUSE_GZIP)
    string(APPEND manual_installed .gz)
    # -n: without name and time.
    set(compress COMMAND "${RSTCAUSE_GZIP}" -9nkf "${manual}")
  endif()
  set(source "${PROJECT_SOURCE_DIR}/plugin/manual/${page}.in")
  add_custom_command(OUTPUT "${manual_installed}"
    COMMAND "${CMAKE_COMMAND}"
      -D "CAUSES=$<TARGET_FILE:rstcause_causes>" -D "FIELDS=$<TARGET_FILE:rstcause_fields>"
      -D "OUT=${manual}" -D "IN=${source}"
      -D "DATE=${manual_date}" -D "VERSION=${PROJECT_VERSION}" -D "SERIES=${RSTCAUSE_WS_SERIES}"
      -D "PLUGIN_DIR=${manual_plugin_dir}" -D "DATA_DIR=${manual_data_dir}" -D "DOC_DIR=${manual_doc_dir}"
      -P "${PROJECT_SOURCE_DIR}/cmake/Manual.cmake"
    ${compress}
    DEPENDS rstcause_causes rstcause_fields "${source}" cmake/Manual.cmake
    COMMENT "Writing the manual page ${page}"
    VERBATIM)
  list(APPEND manuals "${manual_installed}")
  string(REGEX MATCH "[0-9]$" section "${page}")
  # Optional: who built the plugin alone may install that.
  install(FILES "${manual_installed}" DESTINATION "${rstcause_man_dir}/man${section}" OPTIONAL)
endforeach()
add_custom_target(rstcause_manual ALL DEPENDS ${manuals})
