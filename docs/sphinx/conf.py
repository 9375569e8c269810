"The site's settings. Sphinx is run on build/site/src, which docs/pages.py has filled; every file that the pages load lies beside them."
project, author = 'coursekit', 'the coursekit authors'
extensions = ['myst_nb', 'sphinx_copybutton']
nb_execution_mode = 'off'      # the lessons have been run by docs/pages.py
nb_merge_streams = True
myst_enable_extensions = ['dollarmath', 'amsmath', 'attrs_inline']
myst_heading_anchors = 4
suppress_warnings = ['mystnb.unknown_mime_type']      # of widgets, which have a picture beside them
html_theme, html_title = 'pydata_sphinx_theme', 'coursekit'
html_css_files, html_favicon = ['site.css'], 'favicon.svg'
html_show_sourcelink = False
html_copy_source = False
html_theme_options = dict(show_toc_level=2, navigation_with_keys=False, secondary_sidebar_items=['page-toc'], footer_start=['copyright'], footer_end=[])
html_context = dict(default_mode='auto')
html_sidebars = {'index': []}
nb_ipywidgets_js = {'widgets/require.js': {}, 'widgets/paths.js': {}, 'widgets/embed-amd.js': {}}
mathjax_path = 'mathjax/tex-svg.js'
