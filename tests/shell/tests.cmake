# Tests of the real programs: shell scripts that get the directory of the tools.
find_program(sh sh REQUIRED)
function(estream_shell_test name label)
  add_test(NAME shell/${name}
    COMMAND ${sh} ${CMAKE_SOURCE_DIR}/tests/shell/${name}.sh $<TARGET_FILE_DIR:estream-produce>)
  set_tests_properties(shell/${name} PROPERTIES LABELS "${label}" TIMEOUT 600)
endfunction()

estream_shell_test(man_pages release)
estream_shell_test(install release)
estream_shell_test(package release)
# Both make the list of the files that they installed.
set_tests_properties(shell/install shell/package PROPERTIES RESOURCE_LOCK install_manifest)
estream_shell_test(cookbook release)
estream_shell_test(produce_edges shell)
estream_shell_test(produce_input shell)
estream_shell_test(produce_faults shell)
estream_shell_test(produce_idempotent "shell;threads")
estream_shell_test(config shell)
estream_shell_test(consume_corrupt shell)
estream_shell_test(consume_cursor shell)
estream_shell_test(consume_edges shell)
estream_shell_test(consume_filter shell)
estream_shell_test(consume_follow "shell;threads")
estream_shell_test(consume_output "shell;threads")
estream_shell_test(consume_transactions shell)
estream_shell_test(terminal_output shell)
estream_shell_test(consume_window shell)
estream_shell_test(hints shell)
estream_shell_test(kafka_times shell)
estream_shell_test(ignored_signals shell)
estream_shell_test(topic_identity shell)
estream_shell_test(topic_list shell)
estream_shell_test(topic_settings shell)
estream_shell_test(version shell)
estream_shell_test(report_names shell)
estream_shell_test(round_trip "shell;threads")
include(${CMAKE_CURRENT_LIST_DIR}/compact.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/inspect.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/replay.cmake)

add_test(NAME shell/write_matrix
  COMMAND ${python3} ${CMAKE_SOURCE_DIR}/tests/shell/write_matrix.py
          $<TARGET_FILE_DIR:estream-produce>)
set_tests_properties(shell/write_matrix PROPERTIES LABELS shell TIMEOUT 600)
add_test(NAME kafka/write_matrix
  COMMAND ${python3} ${CMAKE_SOURCE_DIR}/tests/shell/write_matrix.py
          $<TARGET_FILE_DIR:estream-produce> --kafka)
set_tests_properties(kafka/write_matrix PROPERTIES LABELS kafka SKIP_RETURN_CODE 77 TIMEOUT 600)
