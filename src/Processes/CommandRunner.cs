using System.Diagnostics;
using System.Text;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Processes;

/// <summary>Runs external commands: each in a session and process group of its own, with bounded time and output.</summary>
/// <param name="time">The clock of the time limits.</param>
/// <param name="outputLimit">How many bytes of a command's output are kept.</param>
public sealed class CommandRunner(TimeProvider time, int outputLimit = CommandRunner.DefaultOutputLimit)
{
    /// <summary>The PATH that commands get.</summary>
    public const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>How many bytes of a command's output are kept where nothing else is said.</summary>
    public const int DefaultOutputLimit = 64 * 1024;

    // Both streams are one pipe, or their order would be lost; .NET gives each its own. The shell becomes the command, and its
    // environment has no more than was given.
    private const string OnePipe = "unset PWD; exec \"$@\" 2>&1";

    // What a daemonised grandchild may keep the pipe open for after the command itself has ended.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);

    /// <summary>Whether a program is there.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="searchPath">Where to look.</param>
    public static bool IsOnPath(string program, string searchPath = SearchPath) =>
        searchPath.Split(':').Any(directory => File.Exists(Path.Join(directory, program)));

    /// <summary>Runs a command to its end.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Kills the whole process group. Pass none for what must not be interrupted.</param>
    /// <returns>The outcome; a failing command is one, not an exception. A program that cannot be run exits with 126 or 127.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mark = command.Confinement?.Mark;
        using var process = new Process { StartInfo = StartInfo(command, mark) };
        process.Start();
        command.Started?.Invoke(process.Id);
        var output = new CommandOutput(outputLimit, command);
        using var drained = new CancellationTokenSource();
        using var limit = new CancellationTokenSource(command.Timeout, time);
        var reading = Task.WhenAll(
            command.Pause is { } pause
                ? ReadAsync(process, pause, output, drained.Token)
                : ReadAsync(process.StandardOutput.BaseStream, output, drained.Token),
            command.Pause is null ? WriteAsync(process, command.Input, drained.Token) : Task.CompletedTask);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            LibC.KillGroup(process.Id);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        // The leader has been waited for, yet its group lives on as long as one member does.
        var left = !command.LeavesProcesses && LibC.KillGroup(process.Id);
        // What a sandbox holds ends with its first process, which is in the group.
        if (mark is not null && (left || command.Confinement!.Sandbox is null))
            await OrphanKiller.KillAsync(mark, time);
        drained.CancelAfter(DrainTime);
        await reading;
        output.End();
        // A limit that was reached first is the outcome, whatever else has come since.
        if (!limit.IsCancellationRequested)
            cancellationToken.ThrowIfCancellationRequested();
        return new CommandResult(process.ExitCode, output.ToString(), limit.IsCancellationRequested);
    }

    /// <summary>Ends what commands have left that ended with an earlier process of this service.</summary>
    /// <param name="mark">The <see cref="Isolation.Confinement.Mark"/> of the commands.</param>
    public Task EndAsync(string mark) => OrphanKiller.KillAsync(mark, time);

    private static ProcessStartInfo StartInfo(Command command, string? mark)
    {
        // setsid becomes the command without a fork, as a child of ours is no group leader: the process id is the group's.
        var sandbox = command.Confinement?.Sandbox?.Arguments(command.WorkingDirectory) ?? [];
        // Root makes a sandbox for the other user. Anyone else's holds who makes it alone, and bubblewrap refuses whoever has capabilities.
        IEnumerable<string> arguments =
        [
            "--", "/bin/sh", "-c", command.Confinement?.Limits + OnePipe, "sh",
            .. Environment.IsPrivilegedProcess ? sandbox.Concat(Become(command.User)) : Become(command.User).Concat(sandbox),
            command.FileName, .. command.Arguments,
        ];
        var start = new ProcessStartInfo("/usr/bin/setsid", arguments)
        {
            WorkingDirectory = command.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = SearchPath;
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        if (mark is not null)
            start.Environment[OrphanKiller.Variable] = mark;
        return start;
    }

    private static IEnumerable<string> Become(UnixUser? user)
    {
        if (user is null && !ProcessRights.AreInherited)
            return [];
        return
        [
            "setpriv", .. user is null ? (string[])[] : [$"--reuid={user.Uid}", $"--regid={user.Gid}", "--clear-groups"],
            "--no-new-privs", "--inh-caps=-all", .. ProcessRights.AreInherited ? (string[])["--ambient-caps=-all"] : [], "--",
        ];
    }

    private static async Task ReadAsync(Process process, CommandPause pause, CommandOutput output, CancellationToken cancellationToken)
    {
        try
        {
            var stream = process.StandardOutput.BaseStream;
            if (!await ReadToAsync(stream, Encoding.UTF8.GetBytes(pause.Line + "\n"), output, cancellationToken))
                return;
            output.Begin();
            await pause.Reached();
            await AnswerAsync(process);
            await ReadAsync(stream, output, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Someone still holds the pipe.
        }
        finally
        {
            // One that waits, and is not answered, ends.
            process.StandardInput.Close();
        }
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The command has ended, or reads no more.
        }
    }

    private static async Task AnswerAsync(Process process)
    {
        try
        {
            await process.StandardInput.WriteLineAsync();
            await process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // The command has ended.
        }
    }

    // What may be the beginning of the line is held back.
    private static async Task<bool> ReadToAsync(Stream stream, byte[] line, CommandOutput output, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var held = 0;
        while (await stream.ReadAsync(buffer.AsMemory(held), cancellationToken) is var count and > 0)
        {
            var found = buffer.AsSpan(0, held + count).IndexOf(line);
            if (found >= 0)
            {
                output.Append(buffer.AsSpan(0, found));
                return true;
            }

            var kept = BeginningOf(line, buffer.AsSpan(0, held + count));
            var done = held + count - kept;
            output.Append(buffer.AsSpan(0, done));
            buffer.AsSpan(done, kept).CopyTo(buffer);
            held = kept;
        }

        output.Append(buffer.AsSpan(0, held));
        return false;
    }

    // How much of it the text ends with.
    private static int BeginningOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> text)
    {
        var length = Math.Min(line.Length - 1, text.Length);
        while (!text.EndsWith(line[..length]))
            length--;
        return length;
    }

    private static async Task ReadAsync(Stream stream, CommandOutput output, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is var count and > 0)
                output.Append(buffer.AsSpan(0, count));
        }
        catch (OperationCanceledException)
        {
            // Someone still holds the pipe; what was written so far is enough.
        }
    }
}
