#include <algorithm>
#include <ranges>
#include <utility>

#include <executus/identity/identity.hpp>

#include "base/among.hpp"
#include "base/text.hpp"

namespace executus::identity {
namespace {

Error no_roster(std::string what) { return failed("identity.roster", std::move(what)); }

std::string shown(std::string_view name) { return "'" + std::string(clip(name, 80)) + "'"; }

std::vector<std::string> names_of(const Member& member) {
  auto names = member.also;
  names.push_back(member.id);
  return names;
}

}  // namespace

bool is_admin(const AdminPolicy* policy, std::string_view caller) noexcept {
  try {
    return policy && !caller.empty() && policy->is_admin(caller);
  } catch (...) {
    return false;
  }
}

tool::Author author_of(const AdminPolicy* policy, std::string_view caller) noexcept {
  return is_admin(policy, caller) ? tool::Author::admin : tool::Author::user;
}

std::optional<Member> find_member(const MemberResolver* members, std::string_view name) {
  if (name.empty()) return std::nullopt;
  return members ? members->find(name) : Member{std::string(name)};
}

Result<Roster> Roster::make(std::vector<Member> members, std::vector<std::string> admins) {
  Roster roster;
  roster.members_ = std::move(members);
  for (std::size_t i = 0; i < roster.members_.size(); ++i)
    for (auto& name : names_of(roster.members_[i])) {
      if (name.empty()) return no_roster("the member " + shown(roster.members_[i].id) + " has an empty name");
      auto known = roster.by_name_.emplace(name, i).first->second;
      if (known != i)
        return no_roster(shown(name) + " means two members, " + shown(roster.members_[known].id) + " and " +
                         shown(roster.members_[i].id));
    }
  for (const auto& admin : admins) {
    auto member = roster.find(admin);
    if (!member)
      return no_roster("the admin " + shown(admin) + " is none of the members" +
                       did_you_mean(admin, std::views::keys(roster.by_name_)));
    roster.admins_.push_back(member->id);
  }
  return roster;
}

bool Roster::is_admin(std::string_view caller) const {
  auto member = find(caller);
  return member && is_among(member->id, admins_);
}

std::optional<Member> Roster::find(std::string_view name) const {
  if (name.empty()) return std::nullopt;
  if (members_.empty()) return Member{std::string(name)};
  auto found = by_name_.find(name);
  return found == by_name_.end() ? std::nullopt : std::optional(members_[found->second]);
}

}  // namespace executus::identity
