namespace WazoPlugind.Plugins.Tests.Installation;

[Trait("Category", "Acceptance")]
public sealed class PackagePurgerTests : IDisposable
{
    private const string Package = "wazo-plugind-a-x";

    private readonly DpkgMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    // What does not fail still runs, and of what fails nothing stays.
    [Theory]
    [InlineData("uninstall", "install 1.0\nuninstall 1.0\npostrm 1.0\n")]
    [InlineData("postrm", "install 1.0\nuninstall 1.0\npostrm 1.0\n")]
    [InlineData("uninstall|postrm", "install 1.0\nuninstall 1.0\npostrm 1.0\n")]
    public async Task Only_the_script_that_fails_is_replaced(string failing, string steps)
    {
        Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0", $"case $1 in {failing}) exit 1 ;; esac"))).Succeeded);

        Assert.True(await _machine.Purger.RemoveAsync(Package, purge: true, _ => { }));

        Assert.Equal(steps, _machine.Read("steps-a"));
        Assert.Equal("", _machine.StatusOf(Package));
        Assert.False(_machine.Exists("etc/a.conf"));
        await _machine.AssertWholeAsync();
    }

    [Fact]
    public async Task A_removal_whose_postrm_fails_is_ended()
    {
        Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0", "[ $1 != postrm ]"))).Succeeded);

        Assert.True((await _machine.RemoveAsync("a")).Succeeded);

        Assert.Equal("deinstall ok config-files", _machine.StatusOf(Package));
        await _machine.AssertWholeAsync();
    }

    [Fact]
    public async Task What_is_not_installed_is_not_removed_unless_a_try_before_may_have_done_that()
    {
        Assert.Equal("the plugin is not installed", (await _machine.RemoveAsync("a")).Failure?.Reason);
        Assert.Empty((await _machine.RemoveAsync("a", wasInterrupted: true)).Value!);
        Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0"))).Succeeded);

        Assert.Equal([Package], (await _machine.RemoveAsync("a", wasInterrupted: true)).Value!);
        Assert.Equal("the plugin is not installed", (await _machine.RemoveAsync("a")).Failure?.Reason);
    }

    [Fact]
    public async Task The_package_of_one_plugin_is_not_removed_by_the_name_of_another()
    {
        var package = await _machine.BuildAsync("a-b", "1.0", pluginNamespace: "x");
        Assert.True((await _machine.InstallAsync(package)).Succeeded);

        Assert.Equal("the plugin is not installed", (await _machine.RemoveAsync("a", "b-x", wasInterrupted: true)).Failure?.Reason);
        Assert.Equal("install ok installed", _machine.StatusOf(package.Name));
    }

    [Fact]
    public async Task A_removal_whose_prerm_fails_leaves_it_installed_and_selected()
    {
        Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0", "[ $1 != uninstall ]"))).Succeeded);

        var failure = (await _machine.RemoveAsync("a")).Failure;

        Assert.Equal($"dpkg could not remove {Package}", failure!.Reason);
        Assert.Equal("install ok installed", _machine.StatusOf(Package));
    }
}
