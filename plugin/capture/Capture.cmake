# SPDX-License-Identifier: GPL-2.0-or-later
#
# rstcause-capture: a program of its own, which needs libpcap and a Linux, and no Wireshark.

find_path(RSTCAUSE_PCAP_INCLUDE pcap/pcap.h)
find_library(RSTCAUSE_PCAP_LIBRARY pcap)
mark_as_advanced(RSTCAUSE_PCAP_INCLUDE RSTCAUSE_PCAP_LIBRARY)
if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
  message(STATUS "rstcause-capture is left out: it asks the kernel of Linux")
  return()
endif()
if(NOT RSTCAUSE_PCAP_INCLUDE OR NOT RSTCAUSE_PCAP_LIBRARY)
  message(STATUS "rstcause-capture is left out: no libpcap (Debian's libpcap-dev)")
  return()
endif()

# All but main(), for the tests as well.
rstcause_glob(sources "capture/*.cpp" "capture/*.h")
list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
add_library(rstcause_capture STATIC ${sources})
rstcause_show("${PROJECT_BINARY_DIR}/rooms/capture" capture)
target_include_directories(rstcause_capture PUBLIC "${PROJECT_BINARY_DIR}/rooms/capture")
target_include_directories(rstcause_capture SYSTEM PUBLIC "${RSTCAUSE_PCAP_INCLUDE}")
# Of the engine it takes addresses, the word itself, and how JSON is written.
target_link_libraries(rstcause_capture
  PUBLIC rstcause_tell "${RSTCAUSE_PCAP_LIBRARY}"
  PRIVATE rstcause_options)

add_executable(rstcause-capture capture/main.cpp)
target_include_directories(rstcause-capture PRIVATE "${PROJECT_BINARY_DIR}/generated")
target_link_libraries(rstcause-capture PRIVATE rstcause_capture rstcause_options)
set_target_properties(rstcause-capture PROPERTIES
  RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
