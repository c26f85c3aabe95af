namespace WazoPlugind.Processes;

/// <summary>
/// A place where a command waits for this process: it writes a line to its standard output, and reads one from its standard
/// input. Its time limit goes on.
/// </summary>
/// <param name="Line">The line, without its end; nothing else may be like it.</param>
/// <param name="Reached">Is called there; the command goes on when it has ended. What was written until then is no part of the command's output.</param>
public sealed record CommandPause(string Line, Func<Task> Reached);
