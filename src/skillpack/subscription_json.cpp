#include "skillpack/subscription_json.hpp"

#include <utility>

#include <boost/json.hpp>

#include <executus/base/error.hpp>
#include <executus/base/json.hpp>

namespace executus::skillpack {
namespace {

namespace json = boost::json;

constexpr std::int64_t kFormat = 1;

json::object pin_json(const Pin& pin) {
  json::array missing;
  for (const auto& file : pin.missing) missing.push_back(json::object{{"path", file.path}, {"what", file.what}});
  return {{"digest", pin.digest},
          {"revision", pin.revision},
          {"at_ms", pin.at.time_since_epoch().count()},
          {"missing", std::move(missing)}};
}

json::object subscription_json(const Subscription& subscription) {
  const auto& source = subscription.source;
  json::value pending = nullptr;
  if (subscription.pending) pending = pin_json(*subscription.pending);
  return {{"name", subscription.name},
          {"source",
           {{"kind", source.kind == Source::Kind::git ? "git" : "folder"},
            {"location", source.location},
            {"ref", source.ref},
            {"below", source.below}}},
          {"pinned", pin_json(subscription.pinned)},
          {"pending", std::move(pending)}};
}

std::string stored_string(const json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

// A digest names a folder: nothing else than one may be read.
std::string digest_in(const json::object& object) {
  auto digest = stored_string(object, "digest");
  if (digest.size() != 64 || digest.find_first_not_of("0123456789abcdef") != std::string::npos)
    throw std::runtime_error("'digest' is none");
  return digest;
}

Pin pin_from(const json::value& value) {
  const auto& object = value.as_object();
  Pin pin{digest_in(object),
          stored_string(object, "revision"),
          WallTime(Milliseconds(object.at("at_ms").to_number<std::int64_t>())),
          {}};
  for (const auto& file : object.at("missing").as_array())
    pin.missing.push_back({stored_string(file.as_object(), "path"), stored_string(file.as_object(), "what")});
  return pin;
}

Source source_from(const json::object& object) {
  auto kind = stored_string(object, "kind");
  if (kind != "git" && kind != "folder") throw std::runtime_error("'kind' is neither git nor folder");
  return {kind == "git" ? Source::Kind::git : Source::Kind::folder, stored_string(object, "location"),
          stored_string(object, "ref"), stored_string(object, "below")};
}

Subscription subscription_from(const json::value& value) {
  const auto& object = value.as_object();
  Subscription subscription{stored_string(object, "name"), source_from(object.at("source").as_object()),
                            pin_from(object.at("pinned")), std::nullopt};
  if (const auto& pending = object.at("pending"); !pending.is_null()) subscription.pending = pin_from(pending);
  return subscription;
}

Error not_read(const std::string& file, const std::string& why) {
  return failed("skillpack.store", "'" + file + "' of the skill packs cannot be read: " + why);
}

}  // namespace

std::string write_subscriptions(const std::vector<Subscription>& all) {
  json::array packs;
  for (const auto& subscription : all) packs.push_back(subscription_json(subscription));
  return write_json(json::object{{"format", kFormat}, {"packs", std::move(packs)}}) + "\n";
}

std::vector<Subscription> read_subscriptions(std::string_view text, const std::string& file) {
  try {
    auto document = parse_json(text).value();
    const auto& object = document.as_object();
    if (object.at("format").to_number<std::int64_t>() > kFormat)
      throw not_read(file, "a newer executus wrote it; use that one");
    std::vector<Subscription> all;
    for (const auto& each : object.at("packs").as_array()) all.push_back(subscription_from(each));
    return all;
  } catch (const Error& error) {
    throw error.code() == "skillpack.store" ? error : not_read(file, error.message());
  } catch (const std::exception& error) {
    throw not_read(file, std::string(error.what()) + "; mend it, or remove it and subscribe anew");
  }
}

}  // namespace executus::skillpack
