namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Restarting_after_a_crash(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Configures_a_plugin_that_was_only_unpacked()
    {
        var repository = await Platform.CreatePluginAsync("unpacked");
        await Platform.Client.InstallAsync(repository);
        File.Delete(repository.InstallMark);

        await RestartWithUnpackedAsync(repository);

        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
        Assert.True(File.Exists(repository.InstallMark));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Marks_a_plugin_as_broken_that_can_no_longer_be_configured_and_tries_again_with_the_next_operation(bool isItsOwn)
    {
        var refuses = Path.Join(Platform.Directory, "refuses");
        var repository = await Platform.CreatePluginAsync("unmendable", rules: $"[ $1 = build ] || [ $1 = package ] || [ ! -e {refuses} ]");
        await Platform.Client.InstallAsync(repository);
        await File.WriteAllTextAsync(refuses, "");
        File.Delete(repository.InstallMark);

        await RestartWithUnpackedAsync(repository);

        var mark = Path.Join(Platform.Directory, "packages", repository.Package + ".broken.json");
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
        Assert.Contains("the install step of version 0.0.1 fails", await File.ReadAllTextAsync(mark));
        Assert.False(File.Exists(repository.InstallMark));

        File.Delete(refuses);
        AssertCompleted(await Platform.Client.InstallAsync(isItsOwn ? repository : await Platform.CreatePluginAsync("next")));
        Assert.True(File.Exists(repository.InstallMark));
        Assert.False(File.Exists(mark));
    }

    // As dpkg leaves it when the power fails before it configures.
    private async Task RestartWithUnpackedAsync(PluginRepository repository)
    {
        // So far they are; what the crash then breaks is no operation's doing.
        await Platform.AssertPromisesKeptAsync();
        await Platform.StopWorkerAsync();
        var package = Directory.GetFiles(Path.Join(Platform.Directory, "packages"), repository.Package + "_*").Single();
        await Shell.RunAsync("dpkg", "--unpack", package);
        Assert.Null(await Platform.InstalledVersionAsync(repository.Package));

        await Platform.StartWorkerAsync();
        await Platform.WaitForWorkerAsync();
    }
}
