using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes.Files;
using ConfigurationException = WazoPlugind.Platform.Configuration.ConfigurationException;

namespace WazoPlugind.Hosting.Tests.CommandLine;

[Trait("Category", "Acceptance")]
public sealed class RootFilesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("plugind-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void RequireState_of_what_is_roots_and_of_what_is_not_there_yet_does_nothing()
    {
        Directory.CreateDirectory(Path.Join(_directory, "plugins/acceptance/x/wazo"));
        File.WriteAllText(Path.Join(_directory, "plugins/acceptance/x/wazo/rules"), "");

        RootFiles.RequireState(Configuration());
    }

    [Theory]
    [InlineData("plugins/acceptance/x/wazo/rules", "plugins/acceptance/x/wazo/rules")]
    [InlineData("plugins/acceptance/x/wazo/rules", "plugins/acceptance")]
    [InlineData("rules/rules.x.acceptance", "rules/rules.x.acceptance")]
    [InlineData("packages/x.deb", "packages")]
    [InlineData("operations.db", "operations.db")]
    [InlineData("deeper/downloads/x", "deeper")]
    public void RequireState_of_what_another_user_may_write_names_it(string file, string writable)
    {
        var path = Path.Join(_directory, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        LibC.ChangeOwner(Path.Join(_directory, writable), UnixUser.Find("nobody")!);

        var error = Assert.Throws<ConfigurationException>(() => RootFiles.RequireState(Configuration()));

        Assert.StartsWith($"{_directory}/{writable} can be written by nobody", error.Message);
        Assert.Contains("--trust-writable-files", error.Message);
    }

    [Theory]
    [InlineData(0b111_111_111, false)]
    [InlineData(0b111_101_111, false)]
    [InlineData(0b111_111_101, true)]
    [InlineData(0b001_111_111_111, true)]
    public void RequireState_goes_by_the_permissions_for_others_and_the_sticky_bit(int mode, bool isSafe)
    {
        var directory = Path.Join(_directory, "deeper");
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, (UnixFileMode)mode);

        var error = Record.Exception(() => RootFiles.RequireState(Configuration()));

        Assert.Equal(isSafe, error is null);
    }

    [Fact]
    public void RequireState_follows_links_to_what_they_lead_to()
    {
        var elsewhere = Path.Join(_directory, "elsewhere");
        Directory.CreateDirectory(elsewhere);
        LibC.ChangeOwner(elsewhere, UnixUser.Find("nobody")!);
        File.CreateSymbolicLink(Path.Join(_directory, "plugins"), elsewhere);

        var error = Assert.Throws<ConfigurationException>(() => RootFiles.RequireState(Configuration()));

        Assert.StartsWith(elsewhere, error.Message);
    }

    private PlugindConfiguration Configuration() => new()
    {
        MetadataDir = Path.Join(_directory, "plugins"),
        BackupRulesDir = Path.Join(_directory, "rules"),
        PackagesDir = Path.Join(_directory, "packages"),
        DownloadDir = Path.Join(_directory, "deeper/downloads"),
        ExtractDir = Path.Join(_directory, "deeper/tmp"),
        Operations = new OperationsConfiguration { Database = Path.Join(_directory, "operations.db") },
    };
}
