#include "llm/media/module_codec.hpp"

#include <fstream>

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <executus/testing/temporary_folder.hpp>

namespace executus::llm::media {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

namespace fs = std::filesystem;

std::string why_not(std::vector<fs::path> places) {
  auto encoded = make_module_codec(std::move(places))->encode("an image", {});
  EXPECT_FALSE(encoded);
  return encoded ? "" : encoded.error().code() + ": " + encoded.error().message();
}

TEST(ModulePlaces, TheVariableAloneCounts) {
  FixedEnvironment set({{"EXECUTUS_MEDIA_MODULE", "/opt/x.so"}});
  EXPECT_THAT(module_places(set), ElementsAre("/opt/x.so"));
}

TEST(ModulePlaces, BesideTheExecutableFirst) {
  FixedEnvironment empty(FixedEnvironment::Variables{{"EXECUTUS_MEDIA_MODULE", ""}});

  auto places = module_places(empty);

  ASSERT_THAT(places, SizeIs(3));
  EXPECT_EQ(places[0], fs::read_symlink("/proc/self/exe").parent_path() / "libexecutus_vips.so");
  for (const auto& place : places) EXPECT_EQ(place.filename(), "libexecutus_vips.so");
}

TEST(ModuleCodec, SaysWhereItLookedAndWhatToInstall) {  // [LLM-21]
  EXPECT_THAT(why_not({"/nowhere/a.so", "/nowhere/b.so"}),
              AllOf(HasSubstr("media.no_codec"), HasSubstr("/nowhere/a.so, /nowhere/b.so"), HasSubstr("libvips42"),
                    HasSubstr("EXECUTUS_MEDIA_MODULE")));
}

TEST(ModuleCodec, SaysWhyAModuleCannotBeLoaded) {  // [LLM-21]
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "text.so") << "no library";

  auto why = why_not({folder / "text.so"});
  auto found = find_module({folder / "text.so"});

  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message(), AllOf(HasSubstr("text.so"), HasSubstr("libvips42")));

  EXPECT_THAT(why, AllOf(HasSubstr("media.no_codec"), HasSubstr("text.so"), HasSubstr("libvips42")));
}

TEST(ModuleCodec, RefusesALibraryThatIsNoModule) {
  Dl_info other{};
  ASSERT_NE(::dladdr(reinterpret_cast<void*>(&::getpid), &other), 0);

  EXPECT_THAT(why_not({other.dli_fname}), HasSubstr("no image module of this version"));
}

}  // namespace
}  // namespace executus::llm::media
