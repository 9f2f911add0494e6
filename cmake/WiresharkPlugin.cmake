# SPDX-License-Identifier: GPL-2.0-or-later
#
# How a module becomes a plugin of the Wireshark that find_package() found.

set(RSTCAUSE_WS_SERIES "${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION}")
message(STATUS "Wireshark ${Wireshark_VERSION}: ${Wireshark_DIR}")

if(NOT Wireshark_PLUGINS_ENABLED)
  message(FATAL_ERROR "This Wireshark (${Wireshark_DIR}) was built without support for plugins.")
endif()

# The plugin goes where this Wireshark looks for it, unless a prefix was asked for.
# Its plugin folder is relative to the prefix, so --prefix, DESTDIR and cpack keep working.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX "${Wireshark_INSTALL_PREFIX}" CACHE PATH "Where to install" FORCE)
endif()

# Where it is at last: a Wireshark that was only unpacked somewhere will be used under /usr.
set(RSTCAUSE_FINAL_PREFIX "${CMAKE_INSTALL_PREFIX}")
if(RSTCAUSE_FINAL_PREFIX MATCHES "/usr$")
  set(RSTCAUSE_FINAL_PREFIX /usr)
endif()

if(RSTCAUSE_USER_INSTALL)
  set(rstcause_install_dir "$ENV{HOME}/.local/lib/wireshark/plugins/${RSTCAUSE_WS_SERIES}/epan")
else()
  set(rstcause_install_dir "${Wireshark_PLUGIN_LIBDIR}/epan")
endif()

# A Wireshark unpacked beside the system's needs libraries that the system does
# not have; for that one the linker must not insist on finding every symbol.
set(system_prefix /usr)
cmake_path(IS_PREFIX system_prefix "${Wireshark_DIR}" NORMALIZE rstcause_ws_is_system)

function(rstcause_make_plugin target)
  # The comments of a packet are read by wiretap.
  target_link_libraries(${target} PRIVATE epan wiretap)
  # Epan's registration macros leave members out on purpose.
  target_compile_options(${target} PRIVATE -Wno-missing-field-initializers)
  # Debug information names the headers of a Wireshark that lies elsewhere as if it lay there.
  if(NOT rstcause_ws_is_system)
    target_compile_options(${target} PRIVATE "-ffile-prefix-map=${Wireshark_INSTALL_PREFIX}=/usr")
  endif()
  # No run path: whoever loads a plugin has loaded its libraries already.
  set_target_properties(${target} PROPERTIES PREFIX "" SUFFIX ".so" SKIP_BUILD_RPATH ON)

  if(NOT APPLE)
    target_link_options(${target} PRIVATE
      -Wl,-z,relro,-z,now
      "-Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/exports.map")
    set_target_properties(${target} PROPERTIES
      LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/exports.map")
    if(NOT rstcause_ws_is_system)
      target_link_options(${target} PRIVATE -Wl,--unresolved-symbols=ignore-in-shared-libs)
    elseif(NOT RSTCAUSE_SANITIZE)  # the sanitizers' symbols come with the program
      target_link_options(${target} PRIVATE -Wl,-z,defs)
    endif()
  endif()

  install(TARGETS ${target} LIBRARY DESTINATION "${rstcause_install_dir}" NAMELINK_SKIP
          PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endfunction()

# A program beside the plugin that reads files as Wireshark does, and dissects nothing.
function(rstcause_make_program target name)
  target_link_libraries(${target} PRIVATE wiretap wsutil)
  # Where the headers of all three, and GLib's, are, only epan's target says.
  target_include_directories(${target} SYSTEM PRIVATE
    $<TARGET_PROPERTY:epan,INTERFACE_INCLUDE_DIRECTORIES>)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME "${name}" RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
  if(NOT rstcause_ws_is_system)
    target_compile_options(${target} PRIVATE "-ffile-prefix-map=${Wireshark_INSTALL_PREFIX}=/usr")
    target_link_options(${target} PRIVATE -Wl,--unresolved-symbols=ignore-in-shared-libs)
  endif()
endfunction()

# Another Wireshark's tshark may need a wrapper to run: name that with -DRSTCAUSE_TSHARK.
find_program(RSTCAUSE_TSHARK tshark HINTS "${Wireshark_INSTALL_PREFIX}/bin"
             DOC "The tshark that loads the plugin in tests and examples")
if(NOT RSTCAUSE_TSHARK)
  message(WARNING "No tshark found: the tests that run the plugin are left out.")
endif()

# A sanitized plugin in a program that is not needs the sanitizer's library before all others.
set(rstcause_preload "")
if("address" IN_LIST RSTCAUSE_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  execute_process(COMMAND "${CMAKE_CXX_COMPILER}" -print-file-name=libasan.so
                  OUTPUT_VARIABLE rstcause_preload OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()

# What the scripts need to know of this build; read by cmake/setup.sh.
file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/rstcause-build.sh" CONTENT
"plugin='$<TARGET_FILE:rstcause>'
series='${RSTCAUSE_WS_SERIES}'
bundled='${Wireshark_PLUGIN_INSTALL_DIR}'
tshark='${RSTCAUSE_TSHARK}'
preload='${rstcause_preload}'
")
