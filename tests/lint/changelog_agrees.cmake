# SPDX-License-Identifier: GPL-2.0-or-later
#
# Do CHANGELOG.md and CMakeLists.txt speak of one version? With RELEASE set: and is it ready to
# be released?
#
# What is under way stands below [Unreleased], and CMakeLists.txt names the version that it will
# be: a later one than the last release. At a release [Unreleased] is empty, and the newest
# chapter, with its date, is the version of CMakeLists.txt.

cmake_minimum_required(VERSION 3.25)

file(READ "${SOURCE}/CMakeLists.txt" lists)
string(REGEX MATCH "project\\(rstcause[ \n]+VERSION ([0-9.]+)" _ "${lists}")
set(version "${CMAKE_MATCH_1}")

# Brackets and semicolons mean something to CMake's lists; here they are letters.
file(READ "${SOURCE}/CHANGELOG.md" text)
string(REPLACE ";" "," text "${text}")
if(NOT text MATCHES "\n## \\[Unreleased\\]\n")
  message(FATAL_ERROR "CHANGELOG.md has no chapter [Unreleased].")
endif()
string(REGEX REPLACE "^.*\n## \\[Unreleased\\]\n" "" text "${text}")
set(newest "")
set(unreleased "${text}")
if(text MATCHES "\n## \\[([0-9]+\\.[0-9]+\\.[0-9]+)\\] - [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]\n")
  set(newest "${CMAKE_MATCH_1}")
  string(FIND "${text}" "\n## [" here)
  string(SUBSTRING "${text}" 0 ${here} unreleased)
elseif(text MATCHES "\n## ")
  message(FATAL_ERROR "CHANGELOG.md: a chapter's title is \"## [1.2.3] - 2030-12-31\".")
endif()
string(REGEX REPLACE "\\[[^]\n]*\\]: [^\n]*" "" unreleased "${unreleased}")
string(STRIP "${unreleased}" unreleased)

if(unreleased STREQUAL "")
  if(NOT newest VERSION_EQUAL version)
    message(FATAL_ERROR "CMakeLists.txt says ${version}, the newest chapter of CHANGELOG.md ${newest}.")
  endif()
elseif(RELEASE)
  message(FATAL_ERROR "To release ${version}, give what stands below [Unreleased] in CHANGELOG.md the title "
                      "\"## [${version}] - DATE\", and leave [Unreleased] above it empty.")
elseif(newest AND NOT version VERSION_GREATER newest)
  message(FATAL_ERROR "CHANGELOG.md tells what came after ${newest}, but CMakeLists.txt still says ${version}.")
endif()
