# SPDX-License-Identifier: GPL-2.0-or-later
#
# `cpack` in the build tree makes a Debian package for the Wireshark that was built against
# (`cpack -G RPM` an RPM). tests/package/run.sh builds, checks and tries one in each suite.

if(RSTCAUSE_USER_INSTALL)
  return()  # a package must not write into somebody's home
endif()

math(EXPR next_minor "${Wireshark_MINOR_VERSION} + 1")
set(next_series "${Wireshark_MAJOR_VERSION}.${next_minor}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME rstcause)
set(CPACK_PACKAGE_CONTACT "rstcause maintainers <maintainers@rstcause.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
"Wireshark and tshark show that a TCP connection was reset; with this plugin
they also say why: the cause, how probable it is, the frames that prove it,
what else it could have been, and what to do. It adds fields (rstcause.reason
and others), expert infos and statistics.
.
This package is for Wireshark ${RSTCAUSE_WS_SERIES}.")
set(CPACK_PACKAGING_INSTALL_PREFIX "${RSTCAUSE_FINAL_PREFIX}")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

# The series is part of the version: who goes on to the next Debian gets the next package.
set(release "1+ws${RSTCAUSE_WS_SERIES}")

# ---- Debian ---------------------------------------------------------------------------

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE "${release}")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
# For rstcause-batch, rstcause-ask and rstcause-compare.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "parallel, sqlite3")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# A plugin fits one series of Wireshark only, and Wireshark skips another's. Whoever has the
# GUI needs no tshark; whoever has neither gets it.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "tshark | wireshark"
  "wireshark-common (>= ${RSTCAUSE_WS_SERIES}~)"
  "wireshark-common (<< ${next_series}~)")
list(JOIN CPACK_DEBIAN_PACKAGE_DEPENDS ", " CPACK_DEBIAN_PACKAGE_DEPENDS)

# The libraries themselves, where the tools that know them (packages dpkg-dev and file) are at
# hand and the Wireshark is one that dpkg knows.
find_program(RSTCAUSE_SHLIBDEPS dpkg-shlibdeps)
find_program(RSTCAUSE_FILE file)
mark_as_advanced(RSTCAUSE_SHLIBDEPS RSTCAUSE_FILE)
if(RSTCAUSE_SHLIBDEPS AND RSTCAUSE_FILE AND rstcause_ws_is_system)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
endif()

# What Debian's policy wants in /usr/share/doc. Not part of `cmake --install`.
if(RSTCAUSE_GZIP)
  rstcause_date(debian_date "%a, %d %b %Y %H:%M:%S +0000")
  set(policy "${PROJECT_BINARY_DIR}/debian")
  configure_file(cmake/debian/changelog.in "${policy}/changelog.Debian" @ONLY)
  configure_file(CHANGELOG.md "${policy}/changelog" COPYONLY)
  configure_file(cmake/debian/copyright "${policy}/copyright" COPYONLY)
  foreach(log IN ITEMS changelog changelog.Debian)
    execute_process(COMMAND "${RSTCAUSE_GZIP}" -9nf "${policy}/${log}" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  file(CHMOD "${policy}/changelog.gz" "${policy}/changelog.Debian.gz" "${policy}/copyright"
       FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  set(CPACK_INSTALLED_DIRECTORIES "${policy};${RSTCAUSE_FINAL_PREFIX}/share/doc/rstcause")
endif()

# ---- RPM: built with Debian's rpmbuild, never installed on a Fedora --------------------

set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_RELEASE "${release}")
set(CPACK_RPM_PACKAGE_LICENSE "GPL-2.0-or-later")
set(CPACK_RPM_PACKAGE_GROUP "Applications/Internet")
set(CPACK_RPM_PACKAGE_REQUIRES
  "wireshark-cli >= ${RSTCAUSE_WS_SERIES}, wireshark-cli < ${next_series}")
# Folders that belong to others.
set(folder "/usr/${Wireshark_PLUGIN_LIBDIR}/epan")
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION /usr/share/man
  /usr/share/man/man1 /usr/share/man/man7 /usr/share/wireshark /usr/share/wireshark/profiles)
while(NOT folder STREQUAL "/usr")
  list(APPEND CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION "${folder}")
  cmake_path(GET folder PARENT_PATH folder)
endwhile()

# ---- The same package at every build of one source -------------------------------------

file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/rstcause-cpack.cmake" @ONLY CONTENT
"if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  set(ENV{SOURCE_DATE_EPOCH} \"@RSTCAUSE_EPOCH@\")
endif()
if(CPACK_GENERATOR MATCHES \"RPM\")
  set(CPACK_INSTALLED_DIRECTORIES \"\")
endif()
")
set(CPACK_PROJECT_CONFIG_FILE "${PROJECT_BINARY_DIR}/rstcause-cpack.cmake")

include(CPack)
