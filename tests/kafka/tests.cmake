# Tests against Apache Kafka. Those labelled kafka need a JDK, and Maven the first time; without
# them they count as skipped (exit 77). `ctest -L kafka` runs them alone.
set(kafka_dir ${CMAKE_SOURCE_DIR}/tests/kafka)
set(kafka_tests kafka/dump_check_test)
add_test(NAME kafka/dump_check_test COMMAND ${kafka_dir}/dump_check_test.py)

if(TARGET estream-produce AND TARGET estream-consume)
  set(kafka_tools $<TARGET_FILE_DIR:estream-consume>)
  add_test(NAME kafka/fixtures_test COMMAND ${kafka_dir}/fixtures_test.sh ${kafka_tools})
  set_tests_properties(kafka/fixtures_test PROPERTIES TIMEOUT 300)
  add_test(NAME kafka/dump_test COMMAND ${kafka_dir}/dump_test.sh ${kafka_tools})
  add_test(NAME kafka/broker_test COMMAND ${kafka_dir}/broker_test.sh ${kafka_tools})
  list(APPEND kafka_tests kafka/dump_test kafka/broker_test)
endif()

if(TARGET estream-window)
  add_test(NAME kafka/window_oracle
    COMMAND ${kafka_dir}/window_oracle.py $<TARGET_FILE_DIR:estream-window> --seconds 10 --seed 1)
  list(APPEND kafka_tests kafka/window_oracle)
endif()

set_tests_properties(${kafka_tests} PROPERTIES LABELS kafka SKIP_RETURN_CODE 77 TIMEOUT 600)
