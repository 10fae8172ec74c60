#include "deliver/targets/message.hpp"

#include <utility>

#include <boost/json.hpp>

#include <executus/base/digest.hpp>
#include <executus/base/json.hpp>
#include <executus/run/run_json.hpp>

#include "base/text.hpp"

namespace executus::deliver {
namespace {

namespace json = boost::json;

constexpr std::size_t kIdDigits = 32;

json::array artifacts_json(const RunOutcome& outcome) {
  json::array list;
  for (const auto& each : outcome.artifacts)
    list.push_back(json::object{{"name", each.name}, {"mime", each.mime}, {"bytes", each.bytes.size()}});
  return list;
}

}  // namespace

// The key may hold any character of a run's id, and the id is signed between dots.
Message message_of(const std::string& key, const RunOutcome& outcome) {
  Message message{"msg_" + sha256_hex(key).substr(0, kIdDigits), ""};
  auto data = to_json(outcome, Messages::left_out);
  data.erase("delivery");  // another one at each attempt
  data["artifacts"] = artifacts_json(outcome);
  json::object body{{"id", message.id}, {"type", "run.ended"}, {"data", std::move(data)}};
  message.body = as_utf8(write_json(body));
  return message;
}

}  // namespace executus::deliver
