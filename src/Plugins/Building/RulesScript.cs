using System.Text;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Building;

/// <summary>
/// What makes it impossible to run a plugin's <c>rules</c> though they are there: the system says no more than that there is no such
/// file (execve(2)).
/// </summary>
internal static class RulesScript
{
    // The kernel reads no more of it (BINPRM_BUF_SIZE).
    private const int HeadSize = 256;

    /// <summary>Looks at the first line.</summary>
    /// <param name="name">What the file is called.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="workingDirectory">The directory that it is run in.</param>
    /// <returns>Why it cannot be run and what to do, or <c>null</c>.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string? Problem(string name, string path, string workingDirectory)
    {
        var line = FirstLine(path);
        if (line.EndsWith('\r') && !line.Contains('\0', StringComparison.Ordinal))
        {
            return $"the lines of {name} end with CR LF, as on Windows, and no interpreter takes them: they have to end with LF "
                + $"(for git: '{Path.GetFileName(name)} text eol=lf' in .gitattributes)";
        }

        if (!line.StartsWith("#!", StringComparison.Ordinal) || line[2..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is not [var interpreter, .. var arguments])
            return null;
        if (!File.Exists(Path.Combine(workingDirectory, interpreter)))
            return Missing(interpreter);
        return Path.GetFileName(interpreter) == "env" && ProgramOfEnv(arguments) is { } program && !CommandRunner.IsOnPath(program) ? Missing(program) : null;

        string Missing(string program) =>
            $"{name} begins with {line}, and the machine that builds has no {program}: install it there, or name another interpreter in that line";
    }

    private static string FirstLine(string path)
    {
        using var file = LibC.OpenRegularFile(path);
        Span<byte> head = stackalloc byte[HeadSize];
        head = head[..RandomAccess.Read(file, head, fileOffset: 0)];
        return Encoding.UTF8.GetString(head.IndexOf((byte)'\n') is var end and >= 0 ? head[..end] : head);
    }

    // With other options of env(1), and with what it sets, the program may be anywhere: nothing is said of it.
    private static string? ProgramOfEnv(string[] arguments) =>
        (arguments is ["-S", .. var split] ? split : arguments) is [var program, ..] && !program.StartsWith('-') && program.IndexOfAny(['=', '/']) < 0
            ? program
            : null;
}
