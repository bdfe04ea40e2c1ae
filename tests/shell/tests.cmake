# Tests of the real programs: shell scripts that get the directory of the tools.
find_program(sh sh REQUIRED)
function(estream_shell_test name label)
  add_test(NAME shell/${name}
    COMMAND ${sh} ${CMAKE_SOURCE_DIR}/tests/shell/${name}.sh $<TARGET_FILE_DIR:estream-produce>)
  set_tests_properties(shell/${name} PROPERTIES LABELS "${label}" TIMEOUT 600)
endfunction()

estream_shell_test(man_pages release)
estream_shell_test(produce_input shell)
estream_shell_test(produce_faults shell)
estream_shell_test(produce_idempotent "shell;threads")
estream_shell_test(consume_corrupt shell)
estream_shell_test(consume_cursor shell)
estream_shell_test(consume_filter shell)
estream_shell_test(consume_follow "shell;threads")
estream_shell_test(consume_output "shell;threads")
estream_shell_test(consume_window shell)
estream_shell_test(round_trip "shell;threads")
