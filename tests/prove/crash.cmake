target_sources(estream_prove PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/crash.cc
  ${CMAKE_CURRENT_LIST_DIR}/crash_campaign.cc
  ${CMAKE_CURRENT_LIST_DIR}/crash_disk.cc
  ${CMAKE_CURRENT_LIST_DIR}/crash_examination.cc
  ${CMAKE_CURRENT_LIST_DIR}/crash_files.cc
  ${CMAKE_CURRENT_LIST_DIR}/crash_machine.cc
  ${CMAKE_CURRENT_LIST_DIR}/crash_plan.cc
  ${CMAKE_CURRENT_LIST_DIR}/crash_reading.cc
  ${CMAKE_CURRENT_LIST_DIR}/crash_recording.cc
  ${CMAKE_CURRENT_LIST_DIR}/crash_states.cc)
add_test(NAME prove/crash COMMAND estream_prove crash --seconds 5)
set_tests_properties(prove/crash PROPERTIES LABELS "prove;unit" TIMEOUT 300)
