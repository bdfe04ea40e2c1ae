target_sources(estream_prove PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/schedules.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_actors.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_causality.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_explorer.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_fibers.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_groups.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_history.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_output.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_owner.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_preparation.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_process.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_scenarios.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_schedule.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_scheduler.cc
  ${CMAKE_CURRENT_LIST_DIR}/schedules_trial.cc)
add_test(NAME prove/schedules COMMAND estream_prove schedules --seconds 5)
set_tests_properties(prove/schedules PROPERTIES LABELS "prove;unit" TIMEOUT 300)
