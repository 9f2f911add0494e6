# SPDX-License-Identifier: GPL-2.0-or-later
#
# `cpack` in the build tree makes a Debian package for the Wireshark that was built against.

if(RSTCAUSE_USER_INSTALL)
  return()  # a package must not write into somebody's home
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME wireshark-rstcause)
set(CPACK_PACKAGE_CONTACT "rstcause developers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX "${Wireshark_INSTALL_PREFIX}")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_ENHANCES "wireshark, tshark")
# For rstcause-batch and rstcause-ask.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "tshark, parallel, sqlite3")

# A plugin fits one series of Wireshark only, and Wireshark skips another's in silence.
math(EXPR next_minor "${Wireshark_MINOR_VERSION} + 1")
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "libwireshark-data (>= ${RSTCAUSE_WS_SERIES}~)"
  "libwireshark-data (<< ${Wireshark_MAJOR_VERSION}.${next_minor}~)")
list(JOIN CPACK_DEBIAN_PACKAGE_DEPENDS ", " CPACK_DEBIAN_PACKAGE_DEPENDS)

# The libraries themselves, where the tool that knows them (package dpkg-dev) is at hand.
find_program(RSTCAUSE_SHLIBDEPS dpkg-shlibdeps)
mark_as_advanced(RSTCAUSE_SHLIBDEPS)
if(RSTCAUSE_SHLIBDEPS)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
endif()

include(CPack)
