using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>Disks without room: what goes on says so, nothing is damaged, and it goes on when there is room again.</summary>
[Collection(SharedPlatform.Name)]
public sealed class A_full_disk(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Of_the_history_holds_operations_up_until_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(Platform);
        var database = Path.Join(disk.Directory, "operations.db");
        var settings = $"operations: {{database: {database}}}";
        var (before, during) = (await Platform.CreatePluginAsync("before-full"), await Platform.CreatePluginAsync("while-full"));
        await using (await Platform.ReconfigureWorkerAsync(settings))
        {
            await Platform.RestartApiAsync(settings);
            AssertCompleted(await Platform.Client.InstallAsync(before));
            disk.Fill();

            var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = during.Url });
            await Wait.UntilAsync(
                () => Task.FromResult(Platform.Worker!.Output.Contains($"{database} cannot be written", StringComparison.Ordinal)), "the reason in the log");
            Assert.Equal("queued", (await Platform.Client.GetAsync($"/0.2/operations/{uuid}"))["status"]!.GetValue<string>());
            // Killed and started on a full disk, it waits again.
            await Platform.Worker!.KillAsync();
            await Platform.StopWorkerAsync();
            await Platform.StartWorkerAsync(await Platform.ConfigureAsync(settings));
            await Platform.WaitForWorkerAsync();
            disk.Free();

            AssertCompleted(await Platform.Events.OfAsync(uuid));
            Assert.Equal("completed", (await Platform.Client.GetEndedAsync(uuid))["status"]!.GetValue<string>());
            Assert.Equal(2, (await Platform.Client.GetAsync("/0.2/operations"))["total"]!.GetValue<int>());
            await Platform.AssertPromisesKeptAsync();
        }

        const string check = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchone()[0])";
        Assert.Equal("ok\n", await Shell.RunAsync("python3", "-c", check, database));
        await Platform.RestartApiAsync();
    }

    [Fact]
    public async Task Of_the_history_holds_up_an_operation_whose_part_ends_meanwhile()
    {
        const string gate = "/opt/acceptance-full-gate";
        File.Delete(gate);
        await using var disk = await SmallDisk.MountAsync(Platform);
        var database = Path.Join(disk.Directory, "operations.db");
        var settings = $"operations: {{database: {database}}}";
        var needed = await Platform.CreatePluginAsync("full-needed", rules: $"[ $1 != build ] || until [ -e {gate} ]; do sleep 0.1; done");
        Platform.OfferInMarket(needed);
        var top = await Platform.CreatePluginAsync("full-top", manifest: "depends: [{namespace: acceptance, name: full-needed}]");
        await using (await Platform.ReconfigureWorkerAsync(settings))
        {
            await Platform.RestartApiAsync(settings);
            var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = top.Url });
            await Platform.Events.WaitForAsync(uuid, "installing dependencies");
            var child = (await Platform.Client.GetAsync($"/0.2/operations/{uuid}"))["children"]!.AsArray().Single()!.GetValue<string>();
            await Platform.Events.WaitForAsync(child, "building");
            disk.Fill();
            await File.WriteAllTextAsync(gate, "");
            await Wait.UntilAsync(
                () => Task.FromResult(Platform.Worker!.Output.Contains($"{database} cannot be written", StringComparison.Ordinal)), "the reason in the log");
            disk.Free();

            AssertCompleted(await Platform.Events.OfAsync(uuid, seconds: 60));
            await Platform.AssertPromisesKeptAsync();
        }

        File.Delete(gate);
        await Platform.RestartApiAsync();
    }

    [Fact]
    public async Task Of_the_work_directories_fails_what_has_no_room()
    {
        await using var disk = await SmallDisk.MountAsync(Platform);
        await using var worker = await Platform.ReconfigureWorkerAsync($$"""
            download_dir: {{disk.Directory}}/downloads
            extract_dir: {{disk.Directory}}/tmp
            limits: {free_megabytes: 0}
            """);
        var (large, small) = (await Platform.CreatePluginAsync("large", rules: "[ $1 != build ] || cat /dev/zero > zeroes"), await Platform.CreatePluginAsync("small"));

        var flooded = (await Platform.Client.InstallAsync(large))[^1];
        disk.Fill();
        var refused = (await Platform.Client.InstallAsync(small))[^1];
        disk.Free();

        Assert.Equal("install-error", flooded.Errors["error_id"]!.GetValue<string>());
        Assert.Contains("No space left on device", flooded.Failure["output"]!.ToJsonString());
        Assert.Contains("No space left on device", refused.Reason);
        AssertCompleted(await Platform.Client.InstallAsync(small));
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Directory + "/tmp"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Directory + "/downloads"));
    }

    private sealed class SmallDisk : IAsyncDisposable
    {
        private SmallDisk(string directory) => Directory = directory;

        public string Directory { get; }

        public static async Task<SmallDisk> MountAsync(Platform platform)
        {
            var directory = System.IO.Directory.CreateDirectory(Path.Join(platform.Directory, $"disk-{Guid.NewGuid():N}")).FullName;
            await Shell.RunAsync("mount", "-t", "tmpfs", "-o", "size=2m,mode=0755", "plugind-acceptance", directory);
            return new SmallDisk(directory);
        }

        public void Fill()
        {
            using var file = new FileStream(Path.Join(Directory, "full"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            try
            {
                while (true)
                    file.Write(new byte[512]);
            }
            catch (IOException)
            {
                // As it should be.
            }
        }

        public void Free() => File.Delete(Path.Join(Directory, "full"));

        public async ValueTask DisposeAsync() => await Shell.RunAsync("umount", "--lazy", Directory);
    }
}
