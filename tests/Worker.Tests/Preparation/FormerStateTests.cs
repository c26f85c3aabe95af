using WazoPlugind.Harness;
using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes.Files;
using WazoPlugind.Worker.Preparation;

namespace WazoPlugind.Worker.Tests.Preparation;

/// <summary>A machine as the replaced service left it, with "nobody" as its user.</summary>
[Trait("Category", "Acceptance")]
public sealed class FormerStateTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly PlugindConfiguration _configuration;
    private readonly StringWriter _output = new();

    public FormerStateTests()
    {
        var (lib, state) = (Path.Join(_directory.Path, "lib"), Path.Join(_directory.Path, "state"));
        _configuration = new PlugindConfiguration
        {
            User = "nobody",
            HomeDir = lib,
            MetadataDir = $"{lib}/plugins",
            DownloadDir = $"{state}/downloads",
            ExtractDir = $"{state}/tmp",
            BackupRulesDir = $"{state}/rules",
            PackagesDir = $"{state}/packages",
            Operations = new OperationsConfiguration { Database = $"{state}/operations.db" },
        };
        _directory.Run("""
            mkdir -p lib/plugins/n/p/wazo state/downloads/old state/rules state/.ssh temporary/tmpab12_xyz temporary/tmpother001 temporary/other
            touch lib/plugins/n/p/wazo/rules state/rules/rules.n.p state/.ssh/id lib/plugins/n/p/daemons outside
            ln -s "$PWD/outside" lib/link
            chmod u+s lib/plugins/n/p/wazo/rules
            chown -hR nobody lib state temporary outside; chown daemon lib/plugins/n/p/daemons temporary/tmpother001
            """);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void TakeOver_makes_it_safe_for_root_and_leaves_what_is_no_matter_of_roots()
    {
        Assert.Throws<ConfigurationException>(() => RootFiles.RequireState(_configuration));

        TakeOver();

        RootFiles.RequireState(_configuration);
        Assert.Equal("root", OwnerOf("lib/plugins/n/p/wazo/rules"));
        Assert.Equal((UnixFileMode)0, FileStatus.Of(Path.Join(_directory.Path, "lib/plugins/n/p/wazo/rules"))!.Value.Mode & UnixFileMode.SetUser);
        Assert.Equal("root", OwnerOf("lib/plugins/n/p/daemons"));
        Assert.Equal("nobody", OwnerOf("outside"));
        Assert.Equal("nobody", OwnerOf("state/.ssh/id"));
        Assert.Empty(Directory.GetFileSystemEntries(_configuration.DownloadDir));
        Assert.Equal(["other", "tmpother001"], Directory.GetDirectories(Path.Join(_directory.Path, "temporary")).Select(Path.GetFileName).Order());

        // A second time there is nothing to do.
        _output.GetStringBuilder().Clear();
        TakeOver();
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public void TakeOver_beside_a_database_leaves_work_directories_alone()
    {
        _directory.Run("mkdir state/operations.db.orchestrator; touch state/operations.db state/operations.db.key state/operations.db.orchestrator/a; chown -R nobody state/operations.db*");

        TakeOver();

        RootFiles.RequireState(_configuration);
        foreach (var path in (string[])["operations.db", "operations.db.key", "operations.db.orchestrator", "operations.db.orchestrator/a"])
            Assert.Equal("root", OwnerOf($"state/{path}"));

        Assert.Single(Directory.GetDirectories(_configuration.DownloadDir));
    }

    private void TakeOver() => new FormerState(_configuration, _output) { Temporary = Path.Join(_directory.Path, "temporary") }.TakeOver();

    private string OwnerOf(string path) => UnixUser.NameOf(FileStatus.Of(Path.Join(_directory.Path, path))!.Value.Uid);
}
