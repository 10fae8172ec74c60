#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/packs/pack_report.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {
namespace {

struct Listed {
  boost::json::object json;
  std::vector<std::string> row;
};

// A content that cannot be loaded is said where it stands.
Listed listed(CommandContext& context, const skillpack::Subscription& subscription) {
  Listed listed{subscription_json(subscription), {subscription.name}};
  auto& json = listed.json;
  json["skills"] = json["broken"] = json["problem"] = nullptr;
  std::string count;
  try {
    auto pack = load_pack(context.runtime().pack_store(), subscription.name, subscription.pinned);
    json["skills"] = pack->skills.size();
    json["broken"] = pack->broken.size();
    count = std::to_string(pack->skills.size());
    if (!pack->broken.empty()) count += " (" + std::to_string(pack->broken.size()) + " broken)";
  } catch (const Error& error) {
    json["problem"] = error.message();
    count = "(cannot be loaded: `executus packs show " + subscription.name + "`)";
  }
  listed.row.insert(listed.row.end(),
                    {count, subscription.pinned.digest.substr(0, 12), subscription.pending ? "pending" : "",
                     printable_line(shown(subscription.source))});
  return listed;
}

}  // namespace

Exit execute(CommandContext& context, const PacksList&) {
  boost::json::array list;
  std::vector<std::vector<std::string>> rows{{"PACK", "SKILLS", "CONTENT", "CHANGES", "SOURCE"}};
  std::string names;
  for (const auto& subscription : context.runtime().pack_store().list()) {
    auto each = listed(context, subscription);
    list.push_back(std::move(each.json));
    rows.push_back(std::move(each.row));
    names += subscription.name + "\n";
  }
  if (context.globals().json)
    context.print_json(list);
  else if (context.globals().quiet)
    context.print(names);
  else
    context.print(list.empty() ? "no packs; `executus packs subscribe SOURCE` brings one\n" : table(rows));
  return Exit::ok;
}

}  // namespace executus::cli
