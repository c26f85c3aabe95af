using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>Rules that take their version from git, as many do.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Builds_that_ask_git(Platform platform) : Journey(platform)
{
    // By message, every step begins from nothing: the build fetches a second time.
    public static IEnumerable<object[]> Transfers => Soak.IsOn ? [["directory"], ["message"]] : [["message"]];

    [Theory]
    [MemberData(nameof(Transfers))]
    public async Task Find_the_tag_and_the_origin_and_leave_nothing_of_git(string transfer)
    {
        await using var worker = await Platform.ReconfigureWorkerAsync($"worker: {{package_transfer: {transfer}}}");
        var repository = await Platform.CreatePluginAsync("describes-" + transfer, version: "1.0", rules: """
            if [ "$1" = build ]; then
                git tag own
                (git describe --tags --exact-match --match 'v*'; git remote get-url origin) > described
            elif [ "$1" = package ]; then
                mkdir -p "$pkgdir/opt/acceptance/describes"
                cp -a .git described "$pkgdir/opt/acceptance/describes"
            fi
            """);
        await repository.GitAsync("-c", "user.name=a", "-c", "user.email=a@localhost", "tag", "--annotate", "--message=one", "v1.0");
        await repository.CommitAsync("2.0");

        var messages = await Platform.Client.InstallAsync(new JsonObject { ["url"] = repository.Url, ["ref"] = "v1.0" });

        AssertCompleted(messages);
        Assert.Equal($"v1.0\n{repository.Url}\n", await File.ReadAllTextAsync("/opt/acceptance/describes/described"));
        Assert.DoesNotContain(".git", await Shell.RunAsync("dpkg", "--listfiles", repository.Package));
        AssertCompleted(await Platform.Client.UninstallAsync(repository));
    }
}
