# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes the manual page OUT from IN and from what the program CAUSES prints.

cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${CAUSES}" OUTPUT_VARIABLE CAUSES COMMAND_ERROR_IS_FATAL ANY
                OUTPUT_STRIP_TRAILING_WHITESPACE)
configure_file("${IN}" "${OUT}" @ONLY)
