// Who a caller is: two ports, what holds where they are absent, and the one that a configuration makes.
//
// A caller is a text of the host's (Invocation::caller). Nothing here proves that a caller is who it says: that is the
// host's work, before it starts a run.
//
// Threads: any. What a port throws is logged nowhere and counts as "no": a policy that is out of order makes no admin.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>
#include <executus/tool/permission.hpp>

namespace executus::identity {

// Port: who may do what only admins may, such as saving an agent that names a tool which is reserved to them.
// Absent: no caller is an admin.
class AdminPolicy {
 public:
  virtual ~AdminPolicy() = default;
  [[nodiscard]] virtual bool is_admin(std::string_view caller) const = 0;
};

struct Member {
  std::string id;                      // the one name that counts: of owners, callers, scopes
  std::string name = {};               // for people; empty: the id
  std::vector<std::string> also = {};  // other names: an address, an account
  std::vector<std::string> groups = {};
  bool operator==(const Member&) const = default;
};

// Port: whom a name means. Absent: each name is the id of a member of that name, in no group.
class MemberResolver {
 public:
  virtual ~MemberResolver() = default;
  [[nodiscard]] virtual std::optional<Member> find(std::string_view name) const = 0;  // nothing: no member
};

// False also for "", and where there is no policy.
[[nodiscard]] bool is_admin(const AdminPolicy* policy, std::string_view caller) noexcept;

// The rank in which a caller saves definitions (tool::refusal_to_save).
[[nodiscard]] tool::Author author_of(const AdminPolicy* policy, std::string_view caller) noexcept;

// Nothing for "", and for a name that means no member.
[[nodiscard]] std::optional<Member> find_member(const MemberResolver* members, std::string_view name);

// Members and admins as a configuration lists them. A value.
class Roster final : public AdminPolicy, public MemberResolver {
 public:
  Roster() = default;
  // Error identity.roster: a name means two members, or an admin none of the members that are listed. Without members
  // an admin is the id itself.
  [[nodiscard]] static Result<Roster> make(std::vector<Member> members, std::vector<std::string> admins);

  [[nodiscard]] bool is_admin(std::string_view caller) const override;
  [[nodiscard]] std::optional<Member> find(std::string_view name) const override;

 private:
  std::vector<Member> members_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::vector<std::string> admins_;  // ids
};

}  // namespace executus::identity
