#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <executus/skillpack/source.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus::skillpack {
namespace {

constexpr std::array<std::string_view, 4> kSchemes{"https", "ssh", "git", "file"};

bool has_controls(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x21 || c == 0x7F; });
}

std::string in_marks(std::string_view text) { return "'" + std::string(clip(text, 200)) + "'"; }

std::string wrong_with_scheme(std::string_view url, std::string_view scheme) {
  if (std::ranges::find(kSchemes, scheme) != kSchemes.end()) return "";
  return in_marks(url) + " has the scheme '" + std::string(clip(scheme, 40)) +
         "'; packs come by https, ssh, git or file (a URL, file:///PATH), or from a folder";
}

// What stands between the scheme and the path. A host that begins with '-' would be an option of ssh.
std::string wrong_with_authority(std::string_view url, std::string_view scheme, std::string_view rest) {
  auto authority = rest.substr(0, rest.find('/'));
  auto at = authority.rfind('@');
  auto user = at == std::string_view::npos ? std::string_view() : authority.substr(0, at);
  auto host = at == std::string_view::npos ? authority : authority.substr(at + 1);
  if (user.find(':') != std::string_view::npos)
    return "the URL has a password, which would be stored; leave it out, and store it with git (`git credential "
           "approve`)";
  if (host.starts_with('-') || user.starts_with('-')) return in_marks(url) + " has a host or user that begins with '-'";
  if (host.empty() != (scheme == "file"))
    return scheme == "file" ? in_marks(url) + ": write file:///PATH" : in_marks(url) + " names no host";
  return "";
}

std::string wrong_with_url(std::string_view url) {
  auto end = url.find("://");
  if (end == std::string_view::npos) return in_marks(url) + " is no URL";
  if (has_controls(url)) return in_marks(url) + " has a space or a control character";
  auto scheme = url.substr(0, end);
  if (auto wrong = wrong_with_scheme(url, scheme); !wrong.empty()) return wrong;
  return wrong_with_authority(url, scheme, url.substr(end + 3));
}

std::string wrong_with_ref(std::string_view ref) {
  auto fits = [](unsigned char c) {
    return is_ascii_alphanumeric(static_cast<char>(c)) ||
           std::string_view("._/+-#").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (ref.empty()) return "";
  if (ref.starts_with('-')) return "the ref " + in_marks(ref) + " begins with '-', as an option does";
  if (!std::ranges::all_of(ref, fits) || ref.find("..") != std::string_view::npos)
    return "the ref " + in_marks(ref) + " is no name of a branch or tag, and no commit id";
  return "";
}

std::string wrong_with_below(std::string_view below) {
  if (below.empty()) return "";
  if (below.starts_with('-')) return "the folder " + in_marks(below) + " begins with '-', as an option does";
  auto wrong = wrong_with_path(below);
  return wrong.empty() ? "" : "the folder in the repository: " + wrong;
}

// "git@host:path", as ssh has it.
std::string as_ssh_url(std::string_view location) {
  auto at = location.find('@'), colon = location.find(':');
  if (at == std::string_view::npos || colon == std::string_view::npos || colon < at) return "";
  return "ssh://" + std::string(location.substr(0, colon)) + "/" + std::string(location.substr(colon + 1));
}

Result<Source> folder_source(std::string_view location, const std::string& ref, const std::string& below) {
  std::error_code error;
  if (auto url = as_ssh_url(location); !url.empty() && !std::filesystem::exists(location, error))
    return failed("skillpack.source", "there is no folder " + in_marks(location) + "; for ssh write " + in_marks(url));
  if (!ref.empty() || !below.empty())
    return failed("skillpack.source", "a ref or a folder below belong to a git repository (a URL); " +
                                          in_marks(location) +
                                          " is a folder: give the very one, or file:///PATH of a repository");
  Source source;
  source.location = std::filesystem::absolute(location).lexically_normal().string();
  if (source.location.size() > 1 && source.location.ends_with('/')) source.location.pop_back();
  return source;
}

std::string end_of_path(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with(".git")) path.remove_suffix(4);
  return std::string(path.substr(path.find_last_of("/:") + 1));
}

}  // namespace

std::string wrong_with_source(const Source& source) {
  if (source.kind == Source::Kind::folder) return source.location.starts_with('/') ? "" : "its path is not absolute";
  for (auto wrong : {wrong_with_url(source.location), wrong_with_ref(source.ref), wrong_with_below(source.below)})
    if (!wrong.empty()) return wrong;
  return "";
}

Result<Source> parse_source(std::string_view location, std::string ref, std::string below) {
  if (location.empty())
    return failed("skillpack.source", "no source is given: a folder, or the URL of a git repository");
  if (location.starts_with('-'))
    return failed("skillpack.source", in_marks(location) +
                                          " begins with '-', as an option does; for a folder write ./" +
                                          std::string(clip(location, 80)));
  bool is_transport = location.find("::") != std::string_view::npos && location.find('/') != 0;
  if (location.find("://") == std::string_view::npos && !is_transport) return folder_source(location, ref, below);
  while (below.ends_with('/')) below.pop_back();
  Source source{Source::Kind::git, std::string(location), std::move(ref), std::move(below)};
  if (auto wrong = wrong_with_source(source); !wrong.empty()) return failed("skillpack.source", wrong);
  return source;
}

std::string shown(const Source& source) {
  std::string text = source.location;
  if (!source.below.empty()) text += ", folder " + source.below;
  if (!source.ref.empty()) text += ", at " + source.ref;
  return text;
}

std::string suggested_name(const Source& source) {
  std::string name = end_of_path(source.below.empty() ? source.location : source.below);
  for (char& c : name) c = c == '_' || c == '.' || c == ' ' ? '-' : lowered(c);
  return name;
}

}  // namespace executus::skillpack
