# Before cpack packs the installed files: directories get their permissions whatever the umask is, and
# for Debian the files become what its policy wants.
set(stage ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
execute_process(COMMAND find ${stage} -type d -exec chmod 0755 {} + COMMAND_ERROR_IS_FATAL ANY)
if(CPACK_GENERATOR STREQUAL DEB)
  execute_process(
    COMMAND sh ${CMAKE_CURRENT_LIST_DIR}/debian/stage ${stage}/usr ${CPACK_PACKAGE_CONTACT}
    COMMAND_ERROR_IS_FATAL ANY)
endif()
