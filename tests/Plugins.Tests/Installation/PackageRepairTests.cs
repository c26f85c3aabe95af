using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Tests.Installation;

[Trait("Category", "Acceptance")]
public sealed class PackageRepairTests : IDisposable
{
    private readonly DpkgMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    // Both are packages of the platform; a plugin's package has the section and a plugin's files.
    [Theory]
    [InlineData("wazo-plugind-cli", "comm", "")]
    [InlineData("wazo-plugind-client-python3", "python", "")]
    [InlineData("wazo-plugind-client-python3", "wazo-plugind-plugin", "")]
    [InlineData("wazo-plugind-client-python3", "comm", "plugins/python3/client/wazo/plugin.yml")]
    public async Task A_broken_package_that_is_no_plugin_is_left_alone(string name, string section, string file)
    {
        var other = await _machine.BuildOtherAsync(name, section, $"[ -e {_machine.Path}/mended ]", files: [.. file.Length > 0 ? [file] : Array.Empty<string>()]);
        await _machine.DpkgAsync("--install", other.Path);

        await _machine.Repair.RunAsync();

        Assert.Equal("install ok half-configured", _machine.StatusOf(name));
        Assert.True(_machine.Exists($"etc/{name}.conf"));
        _machine.Write("mended", "");
        Assert.True((await _machine.DpkgAsync("--configure", name)).Succeeded);
        await _machine.AssertWholeAsync();
        // Nor does an operation on a plugin that would be named so.
        if (name != "wazo-plugind-client-python3")
            return;
        Assert.Equal($"the package is refused: {name} is installed, and is no plugin", Reason(await _machine.InstallAsync(await _machine.BuildAsync("client", "2.0", pluginNamespace: "python3"))));
        Assert.Equal($"{name} is not the package of a plugin", Reason(await _machine.RemoveAsync("client", "python3")));
        Assert.Equal("install ok installed", _machine.StatusOf(name));
    }

    [Fact]
    public async Task A_package_that_a_killed_dpkg_had_not_unpacked_is_removed()
    {
        var package = await _machine.BuildAsync("a", "1.0");
        var unpack = "printf '#!/bin/sh\\nkill -9 $PPID\\n' > build-a-1.0/DEBIAN/preinst; chmod 755 build-a-1.0/DEBIAN/preinst; dpkg-deb --root-owner-group -b build-a-1.0 killed.deb; dpkg --install killed.deb";
        await _machine.RunAsync("sh", "-c", $"cd {_machine.Path}; {unpack}");
        Assert.Equal("install reinstreq half-installed", _machine.StatusOf(package.Name));
        Assert.True(_machine.Status.HasJournal);

        await _machine.Repair.RunAsync();

        Assert.Equal("", _machine.StatusOf(package.Name));
        await _machine.AssertWholeAsync();
    }

    // A power cut, or a unit that is killed with all that it started.
    [Theory]
    [InlineData("install", "1.0", "1.0")]
    [InlineData("install", null, null)]
    public async Task What_a_killed_dpkg_left_is_mended_and_its_journal_merged(string step, string? before, string? after)
    {
        var killing = $"[ \"$1\" != {step} ] || kill -9 $(ps -o ppid= -p $PPID)";
        if (before is not null)
            Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("a", before))).Succeeded);
        await _machine.DpkgAsync("--force-confold", "--install", (await _machine.BuildAsync("a", "1.1", killing)).Path);
        Assert.True(_machine.Status.HasJournal);
        Assert.Equal("install ok half-configured", _machine.StatusOf("wazo-plugind-a-x"));

        _machine.Start();
        await _machine.Repair.RunAsync();

        Assert.Equal(after, _machine.Status.FindInstalled("wazo-plugind-a-x")?.Version);
        await _machine.AssertWholeAsync();
    }

    [Fact]
    public async Task What_a_refusal_left_selected_is_unselected()
    {
        Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0", files: "shared"))).Succeeded);
        var intruder = await _machine.BuildAsync("b", "1.0", files: "shared");
        await _machine.DpkgAsync("--install", intruder.Path);
        Assert.Equal("install ok not-installed", _machine.StatusOf(intruder.Name));

        _machine.Start();
        await _machine.Repair.RunAsync();

        await _machine.AssertWholeAsync();
    }

    [Fact]
    public async Task While_a_predecessors_dpkg_runs_nothing_is_judged_and_no_staged_file_goes()
    {
        // Not for ever, should the test fail before it opens.
        var gate = $"for i in $(seq 200); do [ -e {_machine.Path}/gate ] && break; sleep 0.05; done";
        var package = await _machine.BuildAsync("a", "1.0", $"[ \"$1\" != install ] || {{ {gate}; }}");
        var staged = Path.Join(_machine.Configuration.PackagesDir, "_incoming-of-a-predecessor.deb");
        Directory.CreateDirectory(_machine.Configuration.PackagesDir);
        File.Copy(package.Path, staged);
        var orphan = _machine.DpkgAsync("--install", staged);
        while (!_machine.Exists("steps-a"))
            await Task.Delay(20);

        var failure = (await _machine.InstallAsync(package)).Failure;
        Assert.Equal(("another package manager is at work", new Transience()), (failure?.Reason, failure?.Transience));
        Assert.Equal("install ok half-configured", _machine.StatusOf(package.Name));
        Assert.True(File.Exists(staged));

        _machine.Write("gate", "");
        Assert.True((await orphan).Succeeded);
        Assert.True((await _machine.InstallAsync(package)).Succeeded);
        Assert.False(File.Exists(staged));
        await _machine.AssertWholeAsync();
    }

    private static string Reason<T>(StepResult<T> result)
        where T : class => result.Failure?.Reason ?? "";
}
