using WazoPlugind.Debian.Apt;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Tests.Installation;

/// <summary>What the installer does next, by what dpkg says of the package; dpkg itself is played.</summary>
public sealed class InstallerDecisionsTests : IDisposable
{
    private const string Package = "wazo-plugind-a-x";

    private DpkgMachine? _machine;

    public void Dispose() => _machine?.Dispose();

    [Fact]
    public async Task What_dpkg_installs_is_installed() =>
        await AssertAsync([Is("install ok installed")], "", ["dpkg --install"]);

    [Fact]
    public async Task What_is_installed_counts_and_not_how_dpkg_ends() =>
        await AssertAsync([Is("install ok installed", "exit 1")], "", ["dpkg --install"]);

    [Fact]
    public async Task What_is_not_installed_does_not_count_however_dpkg_ends() =>
        await AssertAsync([""], "the package could not be installed; nothing of it was installed", ["dpkg --install"]);

    [Fact]
    public async Task A_step_that_fails_is_tried_once_more() =>
        await AssertAsync([Is("install ok half-configured", "exit 1"), Is("install ok installed")], "", ["dpkg --install", $"dpkg --configure {Package}"]);

    [Fact]
    public async Task A_new_plugin_whose_step_fails_twice_is_removed_with_its_conffiles() => await AssertAsync(
        [Is("install ok half-configured", "exit 1"), "exit 1", "> dpkg/status"],
        "the plugin's own install step failed; what was installed of it was removed",
        ["dpkg --install", $"dpkg --configure {Package}", $"dpkg --force-remove-reinstreq --purge {Package}"]);

    // apt-get stops at the failure, and leaves what it would have done for the others in the end.
    [Fact]
    public async Task A_step_that_fails_is_not_taken_for_what_the_plugin_needs() => await AssertAsync(
        ["", Is("install ok half-configured", "exit 100"), $"echo ' installed {Package} package post-installation script subprocess returned error exit status 3' >&2; exit 1", "> dpkg/status"],
        "the plugin's own install step failed with exit code 3; what was installed of it was removed",
        ["apt-get update", "apt-get --reinstall --allow-downgrades install", $"dpkg --configure {Package}", $"dpkg --force-remove-reinstreq --purge {Package}"],
        depends: "needed",
        exitCode: 3);

    [Fact]
    public async Task What_it_needs_and_is_not_configured_is_named() => await AssertAsync(
        ["", Is("install ok unpacked", "exit 100"), "exit 1", "> dpkg/status"],
        "the package and the packages that it needs (needed) could not be installed; what was installed of it was removed",
        ["apt-get update", "apt-get --reinstall --allow-downgrades install", $"dpkg --configure {Package}", $"dpkg --force-remove-reinstreq --purge {Package}"],
        depends: "needed",
        exitCode: 1);

    [Fact]
    public async Task What_it_needs_comes_by_apt_get() => await AssertAsync(
        ["", Is("install ok installed", "printf 'Package: needed\\nStatus: install ok installed\\nVersion: 1\\nArchitecture: all\\n\\n' >> dpkg/status")],
        "",
        ["apt-get update", "apt-get --reinstall --allow-downgrades install"],
        depends: "needed");

    [Theory]
    [InlineData("dpkg: error: dpkg frontend lock was locked by another process with pid 7")]
    [InlineData("dpkg: error: dpkg frontend lock was locked by /usr/bin/dpkg process with pid 7")]
    public async Task A_busy_dpkg_is_waited_for(string words)
    {
        _machine = new DpkgMachine($"echo '{words}' >&2; exit 2");

        var failure = (await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0"))).Failure;

        Assert.Equal((new PackageManagerBusyException().Message, new Transience()), (failure?.Reason, failure?.Transience));
        Assert.Equal("dpkg --install\n", _machine.Read("calls"));
    }

    // dpkg has unpacked it, so it knows its files.
    private static string Is(string status, string more = "") => $"""
        printf 'Package: {Package}\nStatus: {status}\nVersion: 1.0\nSection: wazo-plugind-plugin\nArchitecture: all\n\n' > dpkg/status
        echo "$PWD/plugins/x/a/wazo/plugin.yml" > dpkg/info/{Package}.list
        {more}
        """;

    private async Task AssertAsync(string[] acts, string reason, string[] calls, string depends = "", int? exitCode = null)
    {
        _machine = new DpkgMachine(acts);

        var result = await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0", depends: depends));

        Assert.Equal(reason, result.Failure?.Reason ?? "");
        if (exitCode is not null)
            Assert.Equal(exitCode, result.Failure?.ExitCode);
        Assert.Equal(string.Concat(calls.Select(call => call + "\n")), _machine.Read("calls"));
    }
}
