using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>What someone may try with a plugin, and what becomes of it; afterwards a healthy plugin installs.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Hostile_plugins(Platform platform) : Journey(platform)
{
    private const string Trace = "/var/tmp/acceptance-hostile";

    // A log that goes to a device, as a container's may, is not hidden from builds: they need the device.
    private const string Settings = """
        log_file: /dev/null
        worker: {step_timeout: 5}
        build: {sandbox: SANDBOX, file_megabytes: 20, memory_megabytes: 512, processes: 400}
        limits: {source_files: 500, source_megabytes: 5, package_megabytes: 3, installed_megabytes: 6, output_kilobytes: 16}
        """;

    public override async Task InitializeAsync()
    {
        foreach (var trace in Directory.GetFiles("/var/tmp", "acceptance-hostile*"))
            File.Delete(trace);
        await base.InitializeAsync();
    }

    // Each with the end of the error's reason, or of a field's message; and whatever else happens, nothing of it is left.
    private static readonly (string Name, string Manifest, string Rules, string Reason)[] Plugins =
    [
        ("nests", $"x: {new string('[', 5000)}", "", "nested deeper than 64 levels"),
        ("explodes", "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]", "", "once its aliases are expanded"),
        ("injects", "debian_depends: [\"git\\nEssential: yes\"]", "", "Not a valid Debian dependency."),
        ("forks", "", "[ $1 != build ] || { f() { f | f & f; }; f; sleep 60; }", "rules build"),
        ("floods", "", "[ $1 != build ] || { yes hostile | head -c 5000000; exit 3; }", "rules build failed with exit code 3"),
        ("hangs", "", "[ $1 != build ] || sleep 1000", "took longer than it may"),
        ("ignores", "", "[ $1 != build ] || { trap '' TERM INT HUP; while :; do sleep 1; done; }", "took longer than it may"),
        ("fills", "", "[ $1 != build ] || dd if=/dev/zero of=fill bs=1M count=100", "a file grew beyond 20 MB"),
        ("hoards", "", "[ $1 != build ] || dd if=/dev/zero of=/dev/null bs=1G count=1", "rules build failed"),
        ("packs", "", "[ $1 != package ] || { mkdir -p $pkgdir/opt; dd if=/dev/urandom of=$pkgdir/opt/x bs=1M count=4; }", "the package is larger than 3 MB"),
        ("swells", "", "[ $1 != package ] || { mkdir -p $pkgdir/opt; dd if=/dev/zero of=$pkgdir/opt/x bs=1M count=7; }", "it has more than 100000 files or 6 MB"),
        ("intrudes", "", "[ $1 != package ] || { mkdir -p $pkgdir/usr/lib/wazo-plugind/plugins/acceptance/victim/wazo; touch $pkgdir/usr/lib/wazo-plugind/plugins/acceptance/victim/wazo/rules; }", "belongs to this service or to another plugin"),
        ("overwrites", "", "[ $1 != package ] || { mkdir -p $pkgdir/etc/wazo-plugind; touch $pkgdir/etc/wazo-plugind/config.yml; }", "belongs to this service or to another plugin"),
        ("rises", "", "[ $1 != package ] || { mkdir -p $pkgdir/opt; touch $pkgdir/opt/shell; chmod 4755 $pkgdir/opt/shell; }", "set-user-id"),
        ("pipes", "", "[ $1 != package ] || { mkdir -p $pkgdir/opt; mkfifo $pkgdir/opt/pipe; }", "neither file nor link"),
        ("swaps-manifest", "", "[ $1 != package ] || { rm wazo/plugin.yml; mkfifo wazo/plugin.yml; }", "neither file nor link"),
        ("locks", "", "[ $1 != build ] || { mkdir -p a/b; touch a/b/c; chmod 000 a; exit 3; }", "rules build failed with exit code 3"),
    ];

    // Once is enough for every day.
    public static IEnumerable<object[]> Sandboxes => Soak.IsOn ? [["bubblewrap"], ["none"]] : [["bubblewrap"]];

    [Theory]
    [MemberData(nameof(Sandboxes))]
    public async Task End_in_an_error_that_says_why_and_do_no_harm(string sandbox)
    {
        await using var worker = await Platform.ReconfigureWorkerAsync(Settings.Replace("SANDBOX", sandbox));
        // One after the other: they share what their user may have.
        foreach (var (name, manifest, rules, reason) in Plugins)
        {
            var repository = await Platform.CreatePluginAsync($"{name}-{sandbox}", manifest: manifest, rules: rules);

            var messages = await Platform.Client.InstallAsync(repository);

            Assert.True(messages[^1].Status == "error", $"{name} ended in {messages[^1].Status}");
            var error = messages[^1].Body["data"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            Assert.True(error.Contains(reason), $"{name}: {error}");
            Assert.InRange(error.Length, 0, 50_000);
            await WaitUntilReapedAsync();
        }

        await AssertHealthyAsync("after-" + sandbox);
    }

    [Theory]
    [MemberData(nameof(Sandboxes))]
    public async Task Leave_no_tree_behind_however_hard_it_is_to_delete(string sandbox)
    {
        await using var worker = await Platform.ReconfigureWorkerAsync(Settings.Replace("SANDBOX", sandbox));
        const string trees = """
            [ $1 != build ] || {
                perl -e 'for (1..82) { my $name = sprintf("%050d", $_); mkdir $name; chdir $name or die }'
                touch "$(printf 'caf\351')" && mkdir -p locked/in && chmod 000 locked/in locked
            }
            """;
        var repository = await Platform.CreatePluginAsync("trees-" + sandbox, rules: trees);
        await Shell.RunAsync("sh", "-c", $"cd {repository.Path} && touch \"$(printf 'caf\\351')\"");
        await CommitAllAsync(repository);

        AssertCompleted(await Platform.Client.InstallAsync(repository));
        AssertCompleted(await Platform.Client.UninstallAsync(repository));
        await AssertHealthyAsync("after-trees-" + sandbox);
    }

    [Fact]
    public async Task Run_as_a_user_of_their_own_who_sees_nothing_of_the_service()
    {
        await using var worker = await Platform.ReconfigureWorkerAsync(Settings.Replace("SANDBOX", "none"));
        var key = Path.Join(Platform.Directory, "key.yml");
        await File.WriteAllTextAsync(key, "service_key: secret");
        File.SetUnixFileMode(key, UnixFileMode.UserRead);
        await Shell.RunAsync("chown", "wazo-plugind", key);
        var rules = $"""
            if [ $1 = build ]; then
                [ "$(id -un)" = wazo-plugind-build ]
                [ "$(stat -c '%U %a' "$PWD" "$HOME" "$TMPDIR" | sort -u)" = "wazo-plugind-build 700" ]
                if cat {key} || cat /proc/{Platform.Api.Id}/environ || ls {Platform.ExtractDirectory}/*/ || kill -0 {Platform.Api.Id}; then exit 9; fi
            fi
            """;

        var messages = await Platform.Client.InstallAsync(await Platform.CreatePluginAsync("apart", rules: rules));

        AssertCompleted(messages);
    }

    [Theory]
    [MemberData(nameof(Sandboxes))]
    public async Task Leave_no_process_behind(string sandbox)
    {
        await using var worker = await Platform.ReconfigureWorkerAsync(Settings.Replace("SANDBOX", sandbox));
        const string daemon = "[ $1 != build ] || { setsid sh -c 'sleep 98765 & sleep 98765' </dev/null >/dev/null 2>&1 & sleep 0.2; }";

        var messages = await Platform.Client.InstallAsync(await Platform.CreatePluginAsync("daemon-" + sandbox, rules: daemon));

        AssertCompleted(messages);
        Assert.Equal(1, (await Shell.TryAsync("pgrep", "-f", "sleep 98765")).ExitCode);
    }

    [Fact]
    public async Task Control_files_of_their_own_do_not_count()
    {
        var rules = $"[ $1 != package ] || {{ mkdir -p $pkgdir/DEBIAN; printf '#!/bin/sh\\ntouch {Trace}' > $pkgdir/DEBIAN/preinst; chmod 755 $pkgdir/DEBIAN/preinst; }}";

        AssertCompleted(await Platform.Client.InstallAsync(await Platform.CreatePluginAsync("scripts", rules: rules)));
        Assert.False(File.Exists(Trace));
    }

    [Fact]
    public async Task Cannot_take_a_file_of_another_plugin_by_another_name_of_it()
    {
        const string file = "lib/acceptance-alias/tool";
        var (first, second) = (await Platform.CreatePluginAsync("alias-1", rules: Packing("usr/" + file)), await Platform.CreatePluginAsync("alias-2", rules: Packing(file)));
        AssertCompleted(await Platform.Client.InstallAsync(first));

        var refused = (await Platform.Client.InstallAsync(second))[^1];

        Assert.Equal($"the package is refused: /usr/{file} belongs to {first.Package}", refused.Reason);
        Assert.Empty(await Shell.RunAsync("dpkg", "--verify", first.Package));
        // Its own it may call so.
        await first.CommitAsync("0.0.2", rules: Packing(file));
        AssertCompleted(await Platform.Client.InstallAsync(first));
        Assert.Equal("0.0.2", await Platform.InstalledVersionAsync(first.Package));
        Assert.Empty(await Shell.RunAsync("dpkg", "--verify", first.Package));

        static string Packing(string path) => $"[ $1 != package ] || {{ mkdir -p $pkgdir/{Path.GetDirectoryName(path)}; touch $pkgdir/{path}; }}";
    }

    [Fact]
    public async Task May_have_the_privileged_files_that_their_manifest_names()
    {
        const string rules = "[ $1 != package ] || { mkdir -p $pkgdir/opt/acceptance; touch $pkgdir/opt/acceptance/helper; chmod 4755 $pkgdir/opt/acceptance/helper; }";
        var repository = await Platform.CreatePluginAsync("privileged", manifest: "setuid: [/opt/acceptance/helper]", rules: rules);

        AssertCompleted(await Platform.Client.InstallAsync(repository));
        Assert.True((File.GetUnixFileMode("/opt/acceptance/helper") & UnixFileMode.SetUser) != 0);
    }

    [Fact]
    public async Task See_and_write_nothing_but_their_own_in_a_sandbox()
    {
        var settings = Settings.Replace("SANDBOX", "bubblewrap, network: false");
        await using var worker = await Platform.ReconfigureWorkerAsync(settings);
        var rules = $"""
            if [ $1 = build ]; then
                ! touch /var/lib/acceptance-hostile /opt/acceptance-hostile 2>/dev/null
                touch {Trace}-inside /tmp/here
                [ -z "$(cat {Platform.Directory}/plugind.log {Platform.Directory}/operations.db 2>/dev/null)" ]
                [ "$(ls {Platform.ExtractDirectory} | wc -l)" = 1 ]
                [ "$(ps -e -o pid= | wc -l)" -lt 10 ]
                [ "$(tail -n +3 /proc/net/dev | grep -vc lo:)" = 0 ]
            fi
            """;

        var messages = await Platform.Client.InstallAsync(await Platform.CreatePluginAsync("sandboxed", rules: rules));

        Assert.Equal("", messages[^1].Status == "completed" ? "" : messages[^1].Errors.ToJsonString());
        Assert.False(File.Exists($"{Trace}-inside"));
    }

    [Theory]
    [InlineData("option", "ref", "--upload-pack=touch /var/tmp/acceptance-hostile", "downloading-error")]
    [InlineData("transport", "url", "ext::touch /var/tmp/acceptance-hostile", "downloading-error")]
    [InlineData("parent", "subdirectory", "../../..", "extracting-error")]
    [InlineData("absolute", "subdirectory", "/etc", "extracting-error")]
    [InlineData("link", "subdirectory", "away", "extracting-error")]
    public async Task Addresses_that_are_more_than_addresses_are_refused(string name, string option, string value, string error)
    {
        var repository = await Platform.CreatePluginAsync("address-" + name);
        File.CreateSymbolicLink(Path.Join(repository.Path, "away"), "/etc");
        await repository.CommitAsync("0.0.2");

        var messages = await Platform.Client.InstallAsync(new JsonObject { ["url"] = repository.Url, [option] = value });

        Assert.Equal(error, messages[^1].Errors["error_id"]!.GetValue<string>());
        Assert.False(File.Exists(Trace));
    }

    [Theory]
    [InlineData("etc", "/etc/shadow")]
    [InlineData("zero", "/dev/zero")]
    [InlineData("up", "../../../../../etc/passwd")]
    public async Task Manifests_that_lead_elsewhere_are_not_read(string name, string target)
    {
        var repository = await Platform.CreatePluginAsync("manifest-" + name);
        var manifest = Path.Join(repository.Path, "wazo/plugin.yml");
        File.Delete(manifest);
        File.CreateSymbolicLink(manifest, target);
        await CommitAllAsync(repository);

        var messages = await Platform.Client.InstallAsync(repository);

        Assert.Equal("extracting-error", messages[^1].Errors["error_id"]!.GetValue<string>());
        Assert.DoesNotContain("root:", messages[^1].Errors.ToJsonString());
    }

    [Fact]
    public async Task Repositories_with_too_many_or_too_large_files_are_refused()
    {
        await using var worker = await Platform.ReconfigureWorkerAsync(Settings.Replace("SANDBOX", "auto"));
        var (many, large) = (await Platform.CreatePluginAsync("many"), await Platform.CreatePluginAsync("large"));
        for (var file = 0; file < 600; file++)
            await File.WriteAllTextAsync(Path.Join(many.Path, $"file-{file}"), "");
        await File.WriteAllBytesAsync(Path.Join(large.Path, "large"), new byte[6 * 1024 * 1024]);
        foreach (var repository in (PluginRepository[])[many, large])
        {
            await CommitAllAsync(repository);
            var messages = await Platform.Client.InstallAsync(repository);
            Assert.Equal("extracting-error", messages[^1].Errors["error_id"]!.GetValue<string>());
            Assert.Equal(
                "the source has more than 5 MB (limits.source_megabytes) or 500 files (limits.source_files)",
                messages[^1].Reason);
        }
    }

    [Fact]
    public async Task Sources_that_the_configuration_does_not_allow_are_refused()
    {
        var settings = $"sources: {{schemes: [file], allow: ['file://{Platform.Directory}/allowed-*']}}";
        await using var worker = await Platform.ReconfigureWorkerAsync(settings);
        var (allowed, other) = (await Platform.CreatePluginAsync("allowed"), await Platform.CreatePluginAsync("other"));

        AssertCompleted(await Platform.Client.InstallAsync(allowed));
        foreach (var url in (string[])[other.Url, $"{allowed.Url}/../{Path.GetFileName(other.Path)}", "https://127.0.0.1:1/x"])
        {
            var messages = await Platform.Client.InstallAsync(new JsonObject { ["url"] = url });
            Assert.Contains("the configuration (sources.", messages[^1].Reason);
        }
    }

    // What was killed counts for its user until the machine's init has reaped it.
    private static Task WaitUntilReapedAsync() => Wait.UntilAsync(
        async () => (await Shell.TryAsync("ps", "-u", "wazo-plugind-build", "-o", "pid=")).Output.Split('\n').Length <= 50,
        "the end of the build's processes");

    private async Task AssertHealthyAsync(string name) =>
        AssertCompleted(await Platform.Client.InstallAsync(await Platform.CreatePluginAsync(name)));

    private static async Task CommitAllAsync(PluginRepository repository)
    {
        await repository.GitAsync("add", "--all");
        await repository.GitAsync("-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "--quiet", "--message", "hostile");
    }
}
