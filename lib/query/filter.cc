#include "query/filter.h"

#include <utility>

#include "query/filter_node.h"

namespace estream::query {

Filter::Filter(std::string_view text, std::shared_ptr<const std::vector<FilterNode>> nodes)
    : text_(text), nodes_(std::move(nodes)) {}

Result<Filter> Filter::parse(std::string_view text) {
  return Filter(text, std::make_shared<const FilterNodes>(TRY(parse_filter(text))));
}

Result<Filter> Filter::parse_with_bare_names(std::string_view text,
                                             const std::vector<std::string>& names) {
  return Filter(text, std::make_shared<const FilterNodes>(TRY(parse_filter(text, &names))));
}

bool Filter::matches(const RecordPlace& place, const RecordView& record,
                     json::EventParser& parser) const {
  Subject subject(place, record, parser);
  return is_true_of(*nodes_, subject);
}

}  // namespace estream::query
