using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>What the author of a plugin reads when it does not install.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Reasons_of_a_failure(Platform platform) : Journey(platform)
{
    private const string LfsPointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

    [Theory]
    [InlineData("wazo/rules", "#!/bin/sh\r\nexit 0\r\n", "building-error", "the lines of wazo/rules end with CR LF")]
    [InlineData("wazo/rules", "#!/usr/bin/no-such-shell\n", "building-error", "the machine that builds has no /usr/bin/no-such-shell")]
    [InlineData("wazo/rules", LfsPointer, "building-error", "wazo/rules is only a pointer of git-lfs")]
    [InlineData("assets/logo.png", LfsPointer, "building-error", "assets/logo.png is only a pointer of git-lfs")]
    [InlineData("wazo/plugin.yml", LfsPointer, "extracting-error", "wazo/plugin.yml is only a pointer of git-lfs")]
    public async Task Names_the_file_that_nobody_could_build(string file, string content, string error, string reason)
    {
        var repository = await Platform.CreatePluginAsync("unbuildable", rules: "echo this ran");
        var path = Path.Join(repository.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content);
        await repository.GitAsync("add", "--all");
        await repository.GitAsync("-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "--quiet", "--message=unbuildable");

        var messages = await Platform.Client.InstallAsync(repository);

        Assert.Equal(error, messages[^1].Errors["error_id"]!.GetValue<string>());
        Assert.Contains(reason, messages[^1].Reason);
        Assert.Null(messages[^1].Failure["output"]);
        Assert.DoesNotContain("packaging", messages.Select(message => message.Status));
    }

    [Fact]
    public async Task Says_that_the_plugins_own_step_failed_though_it_needed_packages()
    {
        await Shell.TryAsync("apt-get", "remove", "-y", "-q", "hello");
        var repository = await Platform.CreatePluginAsync(
            "own-fault", manifest: "debian_depends: [hello]", rules: """if [ "$1" = install ]; then echo "no trunk" >&2; exit 3; fi""");

        var messages = await Platform.Client.InstallAsync(repository);

        Assert.Equal("installing-error", messages[^1].Errors["error_id"]!.GetValue<string>());
        Assert.Equal(
            "the plugin's own install step failed with exit code 3; what was installed of it was removed",
            messages[^1].Reason);
        Assert.Equal(3, messages[^1].Failure["exit_code"]!.GetValue<int>());
        Assert.Contains("no trunk", messages[^1].Failure["output"]!.AsArray().Select(line => line!.GetValue<string>()));
        Assert.Null(await Platform.InstalledVersionAsync(repository.Package));
    }

    [Fact]
    public async Task Shows_what_the_build_wrote_in_its_order_and_as_it_was()
    {
        var repository = await Platform.CreatePluginAsync("told", rules: """
            if [ "$1" = build ]; then
                gcc --no-such-version > /dev/null 2>&1 || echo one
                echo two >&2
                printf 'Reading... 1%%\rReading... 99%%\rReading... Done\n'
                printf 'caf\351 caf\350 ' >&2
                printf '\303'; sleep 0.2; printf '\251\n'
                exit 4
            fi
            """);

        var messages = await Platform.Client.InstallAsync(repository);

        var expected = new JsonArray("one", "two", "Reading... Done", "caf\\xe9 caf\\xe8 é");
        Assert.True(JsonNode.DeepEquals(expected, messages[^1].Failure["output"]), messages[^1].Details.ToJsonString());
    }
}
