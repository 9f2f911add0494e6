# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes the manual page OUT from IN and from what the programs CAUSES and FIELDS print: the
# catalogue and the table of fields.

cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${FIELDS}" lines OUTPUT_VARIABLE KEYS COMMAND_ERROR_IS_FATAL ANY
                OUTPUT_STRIP_TRAILING_WHITESPACE)
foreach(words IN ITEMS CAUSES FIELDS)
  execute_process(COMMAND "${${words}}" OUTPUT_VARIABLE ${words} COMMAND_ERROR_IS_FATAL ANY
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
endforeach()
configure_file("${IN}" "${OUT}" @ONLY)
