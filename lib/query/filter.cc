#include "query/filter.h"

#include "query/filter_node.h"

namespace estream::query {

Filter::Filter(std::shared_ptr<const std::vector<FilterNode>> nodes) : nodes_(std::move(nodes)) {}

Result<Filter> Filter::parse(std::string_view text) {
  return Filter(std::make_shared<const FilterNodes>(TRY(parse_filter(text))));
}

bool Filter::matches(const RecordPlace& place, const RecordView& record,
                     json::EventParser& parser) const {
  Subject subject(place, record, parser);
  return is_true_of(*nodes_, subject);
}

}  // namespace estream::query
