// A rule about calls, as permissions hold it in text:
//
//   pay                          every call of `pay`; the name may be a glob
//   run_command(git log *)       where the member `command`, a command line for sh, is one that the words fit
//   read_file(path: docs/*)      where the member `path` fits the glob
//   run_command(make) by ada     of runs whose caller fits the glob
//
// Words of a command fit one by one, each a glob; a last word `*` fits any that follow, and none. A pattern without `*`
// and `?` also fits a command line that is written exactly so, whatever it holds. `path` and `paths` are compared as
// places below the root ("./a/../b" is "b"), links aside; `url` by its parts (web_address.hpp). Pure.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include <executus/base/result.hpp>

namespace executus::tool {

struct PermissionRule {
  std::string tool = {};     // a glob
  std::string member = {};   // of the arguments; empty: the rule is about every call
  std::string pattern = {};  // what that member is to fit
  std::string caller = {};   // a glob; empty: any

  [[nodiscard]] bool is_about_arguments() const { return !member.empty(); }
  bool operator==(const PermissionRule&) const = default;
};

// Error "tool.permission" says what is wrong with the text.
[[nodiscard]] Result<PermissionRule> permission_rule(std::string_view text);

struct CallInQuestion {
  std::string_view tool;
  const boost::json::object& arguments;  // as the tool gets them
  std::string_view caller;
};

// Whether the rule names that tool and caller, whatever the arguments are.
[[nodiscard]] bool names(const PermissionRule& rule, const CallInQuestion& call);

// `unclear`: what the call does cannot be read from its arguments, such as from a command line with variables, or from
// the path of a folder above what the rule is about.
enum class Fits { no, yes, unclear };

// Whether something of the call fits: one of the commands of a line, also by the path of its program; one of a list.
[[nodiscard]] Fits some_fits(const PermissionRule& rule, const CallInQuestion& call);

// Whether all of the call fits: a command line that is one command, and that command; each of a list.
[[nodiscard]] bool all_fits(const PermissionRule& rule, const CallInQuestion& call);

// Whether the rule names the call, and its pattern, without `*` and `?`, is its member word for word; of a list, each.
[[nodiscard]] bool writes_out(const PermissionRule& rule, const CallInQuestion& call);

}  // namespace executus::tool
