using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Machine;

namespace WazoPlugind.Platform.Tests.Machine;

public sealed class MachineToolsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("plugind-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("git fakeroot dpkg-deb bwrap", "auto", true, "", null)]
    [InlineData("git fakeroot dpkg-deb", "auto", true, "", "bwrap")]
    [InlineData("git fakeroot dpkg-deb", "none", true, "", null)]
    [InlineData("git fakeroot dpkg-deb", "bubblewrap", true, "bwrap", null)]
    [InlineData("git fakeroot dpkg-deb", "auto", false, "bwrap", null)]
    [InlineData("fakeroot bwrap", "auto", true, "dpkg-deb git", null)]
    [InlineData("git", "none", true, "dpkg-deb fakeroot", null)]
    public void What_is_missing_is_what_the_configuration_needs_and_the_machine_lacks(
        string programs, string sandbox, bool network, string missing, string? missingSandbox)
    {
        foreach (var program in programs.Split(' '))
            File.WriteAllText(Path.Join(_directory, program), "");
        var tools = new MachineTools(new PlugindConfiguration { Build = new BuildConfiguration { Sandbox = sandbox, Network = network } }) { SearchPath = $"/nowhere:{_directory}" };

        Assert.Equal(missing.Split(' ', StringSplitOptions.RemoveEmptyEntries), tools.Missing.Select(tool => tool.Program));
        Assert.Equal(missingSandbox, tools.MissingSandbox?.Program);
    }

    [Fact]
    public void What_is_installed_meanwhile_is_there()
    {
        var tools = new MachineTools(new PlugindConfiguration()) { SearchPath = _directory };
        Assert.Equal("git is missing on this machine, and nothing is fetched from git repositories without it: apt-get install git", tools.MissingGit?.Problem);

        File.WriteAllText(Path.Join(_directory, "git"), "");

        Assert.Null(tools.MissingGit);
    }
}
