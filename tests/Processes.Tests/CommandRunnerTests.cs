using System.Globalization;
using WazoPlugind.Harness;
using WazoPlugind.Processes.Files;
using WazoPlugind.Processes.Isolation;

namespace WazoPlugind.Processes.Tests;

public sealed class CommandRunnerTests : IDisposable
{
    private readonly CommandRunner _commands = new(TimeProvider.System);
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task RunAsync_gives_the_exit_code_and_both_streams_in_their_order()
    {
        var result = await RunAsync("for i in $(seq 100); do echo out $i; echo err $i >&2; done; exit 3");

        Assert.Equal(3, result.ExitCode);
        Assert.False(result.Succeeded);
        Assert.Equal(Enumerable.Range(1, 100).SelectMany(i => (string[])[$"out {i}", $"err {i}"]), result.LastLines(200));
    }

    [Fact]
    public async Task RunAsync_starts_the_command_and_nothing_around_it()
    {
        const string script = "tr '\\0' ' ' < /proc/$$/cmdline; echo; echo $$ $(ps -o ppid=,pgid=,sid= -p $$)";
        var id = 0;

        var result = await _commands.RunAsync(new Command("sh", "-c", script, "name") { Started = started => id = started }, default);

        Assert.Equal([$"sh -c {script} name ", $"{id} {Environment.ProcessId} {id} {id}"], result.LastLines());
    }

    [Fact]
    public async Task RunAsync_limits_what_is_confined()
    {
        var command = new Command("prlimit", "--data", "--fsize", "--core", "--nproc", "--noheadings", "--raw", "--output=RESOURCE,SOFT,HARD")
        {
            Confinement = new Confinement { MemoryMegabytes = 512, FileMegabytes = 3, Processes = 77 },
        };

        var result = await _commands.RunAsync(command, default);

        Assert.Equal(["CORE 0 0", "DATA 536870912 536870912", "FSIZE 3145728 3145728", "NPROC 77 77"], result.LastLines().Order());
    }

    [Theory]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("kill -KILL $$", 137)]
    [InlineData("exit 255", 255)]
    public async Task RunAsync_gives_the_number_of_a_signal_that_ended_it(string script, int expected) =>
        Assert.Equal(expected, (await RunAsync(script)).ExitCode);

    [Fact]
    public async Task RunAsync_passes_arguments_as_they_are()
    {
        // The letters hold all the bytes that a shell has a meaning of its own for.
        string[] arguments = ["a b", "$HOME", "; exit 1", "*", "2>&1", "\\n\\", "ŁłŃńŅņŇňŉ", "--"];

        var result = await _commands.RunAsync(new Command("printf", ["%s\n", .. arguments]), default);

        Assert.Equal(arguments, result.LastLines());
    }

    [Fact]
    public async Task RunAsync_gives_no_environment_but_what_is_asked_for()
    {
        var result = await _commands.RunAsync(
            new Command("env") { Environment = new Dictionary<string, string> { ["GIVEN"] = "1" } }, default);

        Assert.Equal(["GIVEN", "LC_ALL", "PATH"], result.LastLines().Select(line => line.Split('=')[0]).Order());
    }

    [Fact]
    public async Task RunAsync_waits_where_the_command_does()
    {
        List<string> printed = [];
        var pause = new CommandPause("here", () =>
        {
            printed.Add("paused");
            return Task.CompletedTask;
        });

        var result = await _commands.RunAsync(
            new Command("sh", "-e", "-c", "printf 'one\nhis\nhe'; sleep 0.1; printf 're\n'; read -r _; echo two") { Pause = pause, Printed = printed.Add }, default);

        Assert.Equal(["one", "his", "paused", "two"], printed);
        Assert.Equal(("two\n", 0), (result.Output, result.ExitCode));
    }

    [Fact]
    public async Task RunAsync_ends_a_command_that_waits_for_what_failed()
    {
        var pause = new CommandPause("here", () => throw new InvalidDataException("no"));

        await Assert.ThrowsAsync<InvalidDataException>(() => _commands.RunAsync(
            new Command("sh", "-e", "-c", "echo here; read -r _; sleep 600") { Pause = pause }, default));
    }

    [Fact]
    public async Task RunAsync_does_not_wait_for_a_command_that_never_waits()
    {
        var pause = new CommandPause("here", () => throw new InvalidDataException("no"));

        var result = await _commands.RunAsync(new Command("sh", "-c", "echo her; exit 4") { Pause = pause }, default);

        Assert.Equal(("her\n", 4), (result.Output, result.ExitCode));
    }

    [Fact]
    public async Task RunAsync_a_program_that_is_not_there_is_a_failing_command()
    {
        var result = await _commands.RunAsync(new Command("/no/such/program"), default);

        Assert.Equal(127, result.ExitCode);
    }

    [Fact]
    public async Task RunAsync_gives_nothing_to_read()
    {
        Assert.Equal(0, (await RunAsync("cat")).ExitCode);
    }

    [Fact]
    public async Task RunAsync_a_time_limit_ends_the_whole_group()
    {
        var result = await _commands.RunAsync(
            new Command("sh", "-c", "sleep 1000 & echo $!; wait") { Timeout = TimeSpan.FromSeconds(1) }, default);

        Assert.True(result.TimedOut);
        Assert.False(result.Succeeded);
        await AssertEndedAsync(result);
    }

    [Fact]
    public async Task RunAsync_a_time_limit_goes_on_where_the_command_waits()
    {
        var pause = new CommandPause("here", () => Task.Delay(TimeSpan.FromSeconds(0.8)));
        var command = new Command("sh", "-c", "echo here; read -r _; echo two; sleep 0.8; echo three") { Pause = pause, Timeout = TimeSpan.FromSeconds(1.2) };

        var result = await _commands.RunAsync(command, default);

        Assert.Equal((true, "two\n"), (result.TimedOut, result.Output));
    }

    [Fact]
    public async Task RunAsync_a_time_limit_that_comes_first_is_the_outcome_whatever_comes_then()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(0.7));
        // Keeps the output open for a moment after the command has been ended.
        var command = new Command("sh", "-c", "echo one; setsid sleep 1.2 & sleep 1000") { Timeout = TimeSpan.FromSeconds(0.4) };

        var result = await _commands.RunAsync(command, cancellation.Token);

        Assert.Equal((true, "one\n", true), (result.TimedOut, result.Output, cancellation.IsCancellationRequested));
    }

    [Fact]
    public async Task RunAsync_a_cancellation_ends_the_whole_group_though_it_ignores_sigterm()
    {
        var pidFile = Path.Join(_directory.Path, "pid");
        Assert.Equal(0, (await _commands.RunAsync(new Command("mkfifo", pidFile), default)).ExitCode);
        using var cancellation = new CancellationTokenSource();
        var running = _commands.RunAsync(
            new Command("sh", "-c", "trap '' TERM; sleep 1000 & echo $! > \"$1\"; wait", "test", pidFile), cancellation.Token);
        var pid = (await File.ReadAllTextAsync(pidFile)).Trim();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await AssertEndedAsync(new CommandResult(0, pid, TimedOut: false));
    }

    [Fact]
    public async Task RunAsync_does_not_wait_for_a_child_that_daemonised_and_keeps_the_output_open()
    {
        var result = await RunAsync("setsid sleep 1000 & echo $!");

        Assert.Equal(0, result.ExitCode);
        // It left the group, and is this test's to end.
        await _commands.RunAsync(new Command("kill", result.LastLines()[0]), default);
    }

    [Fact]
    public async Task RunAsync_keeps_the_end_of_a_flood()
    {
        var result = await RunAsync("head -c 50000000 /dev/zero | tr '\\0' x; echo; echo end");

        Assert.InRange(result.Output.Length, 1, 2 * CommandRunner.DefaultOutputLimit);
        Assert.Equal("end", result.LastLines(1)[0]);
        Assert.All(result.LastLines(), line => Assert.InRange(line.Length, 0, 2100));
    }

    [Fact]
    public async Task RunAsync_escapes_what_is_not_text_and_decodes_what_comes_in_parts()
    {
        var result = await RunAsync("printf 'a\\377b\\033[1mc\\0d \\303'; sleep 0.1; printf '\\251\\n'");

        Assert.Equal("a\\xffb\\x1b[1mc\\x00d é", result.LastLines(1)[0]);
    }

    [Fact]
    public async Task RunAsync_shows_two_names_as_two_though_neither_is_text()
    {
        _directory.Run("touch $(printf 'caf\\351') $(printf 'caf\\350')");

        var result = await _commands.RunAsync(new Command("find", ".", "-type", "f", "-print0") { WorkingDirectory = _directory.Path }, default);

        Assert.Equal(["./caf\\xe8", "./caf\\xe9"], result.Output.Split("\\x00", StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Theory]
    [InlineData("echo one; read -r _")]
    [InlineData("echo one; printf two; read -r _")]
    public async Task RunAsync_tells_a_line_when_it_is_written(string script)
    {
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        // It goes on once the line was told, and would wait for ever else.
        var pause = new CommandPause("no such line", () => Task.CompletedTask);
        using var stop = new CancellationTokenSource();
        var run = _commands.RunAsync(new Command("sh", "-c", script) { Pause = pause, Printed = line => told.TrySetResult(line) }, stop.Token);

        Assert.Equal("one", await told.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task RunAsync_keeps_the_last_of_what_is_written_over()
    {
        var result = await RunAsync("printf 'begin\n'; for i in $(seq 100); do printf '\\rReading... %d%%' $i; done; printf '\\rReading... Done\nend\n'");

        Assert.Equal("begin\nReading... Done\nend\n", result.Output);
    }

    [Trait("Category", "Acceptance")]
    [Fact]
    public async Task RunAsync_as_another_user_gives_no_privileges()
    {
        var result = await _commands.RunAsync(
            new Command("sh", "-c", "id -u; id -G; grep NoNewPrivs /proc/self/status")
            {
                User = UnixUser.Find("nobody"),
            },
            default);

        Assert.Equal(["65534", "65534", "NoNewPrivs:\t1"], result.LastLines());
    }

    private Task<CommandResult> RunAsync(string script) => _commands.RunAsync(new Command("sh", "-c", script), default);

    // A killed process may be a zombie for a moment, until it is waited for.
    private static async Task AssertEndedAsync(CommandResult result)
    {
        var pid = int.Parse(result.LastLines()[0], CultureInfo.InvariantCulture);
        for (var tries = 0; tries < 200 && IsAlive(pid); tries++)
            await Task.Delay(10);
        Assert.False(IsAlive(pid));
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
