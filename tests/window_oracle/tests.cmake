# estream-window against other engines, in its short form; see doc/reliability.md.
if(TARGET estream-window)
  add_test(NAME window_oracle/windows
    COMMAND ${python3} ${CMAKE_SOURCE_DIR}/tests/window_oracle/windows.py
            $<TARGET_FILE_DIR:estream-window> --seconds 10 --seed 1)
  set_tests_properties(window_oracle/windows PROPERTIES LABELS prove TIMEOUT 600)
endif()
