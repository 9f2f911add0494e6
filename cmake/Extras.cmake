# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is installed beside the plugin: the commands, and the profiles.

if(RSTCAUSE_USER_INSTALL)
  set(rstcause_bin "$ENV{HOME}/.local/bin")
  set(rstcause_share "$ENV{HOME}/.local/share/rstcause")
  if(DEFINED ENV{XDG_CONFIG_HOME})
    set(rstcause_profiles "$ENV{XDG_CONFIG_HOME}/wireshark/profiles")
  else()
    set(rstcause_profiles "$ENV{HOME}/.config/wireshark/profiles")
  endif()
else()
  set(rstcause_bin bin)
  set(rstcause_share share/rstcause)
  # Wireshark offers what lies there in its list of profiles, and copies it when it is chosen.
  set(rstcause_profiles share/wireshark/profiles)
endif()

set(rstcause_batch "${PROJECT_SOURCE_DIR}/plugin/batch")
install(PROGRAMS "${rstcause_batch}/rstcause-batch" "${rstcause_batch}/rstcause-ask"
        "${rstcause_batch}/rstcause-compare" "${rstcause_batch}/rstcause-report" DESTINATION "${rstcause_bin}")
install(TARGETS rstcause_explain RUNTIME DESTINATION "${rstcause_bin}")
install(FILES "${rstcause_batch}/tshark.sh" "${rstcause_batch}/results.sh" "${rstcause_batch}/compare-pairs.sql"
        "${rstcause_batch}/compare.sql" "${rstcause_batch}/compare-json.sql"
        "${rstcause_batch}/compare-text.sql"
        DESTINATION "${rstcause_share}")
install(DIRECTORY "${rstcause_batch}/queries" "${rstcause_batch}/report" "${rstcause_batch}/grafana"
        DESTINATION "${rstcause_share}")

if(TARGET rstcause-capture)
  install(TARGETS rstcause-capture RUNTIME DESTINATION "${rstcause_bin}")
  # Wireshark offers as an interface what it finds among its extcaps: a link to the program.
  if(RSTCAUSE_USER_INSTALL)
    set(rstcause_extcap "$ENV{HOME}/.local/lib/wireshark/extcap")
    if(RSTCAUSE_WS_SERIES VERSION_LESS 4.2)
      set(rstcause_extcap "$ENV{HOME}/.config/wireshark/extcap")
    endif()
  else()
    cmake_path(RELATIVE_PATH Wireshark_EXTCAP_INSTALL_DIR BASE_DIRECTORY "${Wireshark_INSTALL_PREFIX}"
               OUTPUT_VARIABLE rstcause_extcap)
  endif()
  cmake_path(ABSOLUTE_PATH rstcause_bin BASE_DIRECTORY /prefix NORMALIZE OUTPUT_VARIABLE to)
  cmake_path(ABSOLUTE_PATH rstcause_extcap BASE_DIRECTORY /prefix NORMALIZE OUTPUT_VARIABLE from)
  cmake_path(RELATIVE_PATH to BASE_DIRECTORY "${from}" OUTPUT_VARIABLE way)
  set(link "${PROJECT_BINARY_DIR}/extcap/rstcause-capture")
  file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/extcap")
  file(CREATE_LINK "${way}/rstcause-capture" "${link}" SYMBOLIC)
  install(FILES "${link}" DESTINATION "${rstcause_extcap}")
endif()

# Display filter macros changed their file and format with 4.4.
if(RSTCAUSE_WS_SERIES VERSION_LESS 4.4)
  set(other_macros dmacros)
else()
  set(other_macros dfilter_macros)
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/plugin/profiles/" DESTINATION "${rstcause_profiles}"
        PATTERN "${other_macros}" EXCLUDE)
