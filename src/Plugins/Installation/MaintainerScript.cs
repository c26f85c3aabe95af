using WazoPlugind.Plugins.Building;

namespace WazoPlugind.Plugins.Installation;

/// <summary>
/// A package's script in dpkg's directory, put aside for a script that does nothing while dpkg passes by. Killed at any instruction,
/// <see cref="PutAllBack"/> finds what was put aside.
/// </summary>
/// <param name="path">The script.</param>
internal sealed class MaintainerScript(string path)
{
    private const string Nothing = "#!/bin/sh\n# In place of a script that fails, which wazo-plugind has put aside for a moment.\nexit 0\n";

    // dpkg takes no file of its directory for its own whose name has such an end.
    private const string Aside = ".wazo-plugind";

    /// <summary>Puts the script aside.</summary>
    public void PutAside()
    {
        PutBack();
        var (copy, nothing) = (path + ".copy" + Aside, path + ".nothing" + Aside);
        File.Copy(path, copy, overwrite: true);
        Workspace.WriteFile(nothing, Nothing, executable: true);
        foreach (var written in (string[])[copy, nothing])
        {
            using var file = File.OpenHandle(written, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(copy, path + Aside);
        File.Move(nothing, path, overwrite: true);
    }

    /// <summary>Puts it back; not in place of another version's, nor where dpkg has removed the package.</summary>
    public void PutBack()
    {
        if (!File.Exists(path + Aside))
            return;
        if (File.Exists(path) && File.ReadAllText(path) == Nothing)
            File.Move(path + Aside, path, overwrite: true);
        else
            File.Delete(path + Aside);
    }

    /// <summary>Puts back what a process had put aside that was killed.</summary>
    /// <param name="directory">dpkg's directory of such files.</param>
    public static void PutAllBack(string directory)
    {
        foreach (var aside in Directory.GetFiles(directory, "*" + Aside))
        {
            var script = aside[..^Aside.Length];
            if (script.EndsWith(".nothing", StringComparison.Ordinal) || script.EndsWith(".copy", StringComparison.Ordinal))
                File.Delete(aside);
            else
                new MaintainerScript(script).PutBack();
        }
    }
}
