"""What a project lists under the blocks of its canvas. The same files as in an app, for one thing of `projects`."""
