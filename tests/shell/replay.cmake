estream_shell_test(replay_pace "shell;threads")
estream_shell_test(replay_branch "shell;threads")
estream_shell_test(replay_into "shell;threads")
estream_shell_test(replay_state "shell;threads")
