target_sources(estream_prove PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/faults.cc
  ${CMAKE_CURRENT_LIST_DIR}/faults_groups.cc
  ${CMAKE_CURRENT_LIST_DIR}/faults_maintenance.cc
  ${CMAKE_CURRENT_LIST_DIR}/faults_partition.cc
  ${CMAKE_CURRENT_LIST_DIR}/faults_produce.cc
  ${CMAKE_CURRENT_LIST_DIR}/faults_producers.cc
  ${CMAKE_CURRENT_LIST_DIR}/faults_reading.cc
  ${CMAKE_CURRENT_LIST_DIR}/faults_recovery.cc
  ${CMAKE_CURRENT_LIST_DIR}/faults_run.cc
  ${CMAKE_CURRENT_LIST_DIR}/faults_table.cc
  ${CMAKE_CURRENT_LIST_DIR}/faults_topics.cc)
add_test(NAME prove/faults COMMAND estream_prove faults --seconds 5)
set_tests_properties(prove/faults PROPERTIES LABELS "prove;unit" TIMEOUT 300)
