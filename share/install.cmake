# Units of the user's systemd and a line for crontab, both of which run estream-compact at night.
install(FILES ${CMAKE_CURRENT_LIST_DIR}/systemd/estream-compact.service
              ${CMAKE_CURRENT_LIST_DIR}/systemd/estream-compact.timer
        DESTINATION lib/systemd/user)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/cron/estream-compact
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples RENAME estream-compact.cron)
