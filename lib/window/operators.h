#pragma once

#include <memory>

#include "window/aggregation.h"
#include "window/operator.h"
#include "window/results.h"
#include "window/retention.h"
#include "window/settings.h"

namespace estream::window {

// The operators. Everything that they are given must outlive them.
std::unique_ptr<WindowOperator> make_fixed_windows(const Settings& settings,
                                                   const Aggregation& aggregation, Results& results,
                                                   Retention& retention);  // Tumble and hop.
std::unique_ptr<WindowOperator> make_sessions(const Settings& settings,
                                              const Aggregation& aggregation, Results& results,
                                              Retention& retention);
std::unique_ptr<WindowOperator> make_trailing(const Settings& settings,
                                              const Aggregation& aggregation, Results& results,
                                              Retention& retention);
std::unique_ptr<WindowOperator> make_dedup(const Settings& settings, const Aggregation& aggregation,
                                           Results& results, Retention& retention);
std::unique_ptr<WindowOperator> make_absent(const Settings& settings,
                                            const Aggregation& aggregation, Results& results,
                                            Retention& retention);
std::unique_ptr<WindowOperator> make_sequence(const Settings& settings,
                                              const Aggregation& aggregation, Results& results,
                                              Retention& retention);

// One group more than --max-keys allows.
Error too_many_groups(const Settings& settings);

}  // namespace estream::window
